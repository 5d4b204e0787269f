"""Uploading an image, and who is shown it."""

import uuid
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from readlist_site.base.images.image import Image
from readlist_site.base.images.reencode import MAX_BYTES
from tests import factories

FETCH = {"HTTP_X_REQUESTED_WITH": "fetch"}


def upload(client, content: bytes = b"", name: str = "plot.png", description: str = "", **headers):
    file = SimpleUploadedFile(name, content or factories.png(), content_type="image/png")
    return client.post(reverse("new_image"), {"file": file, "description": description}, **headers)


def files() -> set[Path]:
    return {path for path in (django_settings.MEDIA_ROOT / "images").glob("*/*") if path.is_file()}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_an_upload_is_stored_and_answered_with_its_markdown(signed_in, ada):
    answer = upload(signed_in(ada), description="Loss [over] steps")
    image = Image.objects.get()
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f"![Loss \\[over\\] steps]({image.get_absolute_url()})" in page
    assert image.get_absolute_url().endswith("/60x40/")
    assert (image.uploader, image.format, image.size) == (ada, "png", len(files().pop().read_bytes()))


def test_a_script_is_answered_with_the_markdown_alone(signed_in, ada):
    answer = upload(signed_in(ada), **FETCH)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content.decode() == f"![]({Image.objects.get().get_absolute_url()})"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plot.svg", b"<svg/>", "This file is not a PNG, JPEG, WebP or GIF image."),
        ("plot.png", b"x" * (MAX_BYTES + 1), "This file is larger than 5 MB. Choose a smaller image."),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_stores_nothing(name, content, sentence, signed_in, ada):
    client = signed_in(ada)
    answer = upload(client, content, name, "Kept words")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Kept words" in answer.content.decode()
    answer = upload(client, content, name, **FETCH)
    assert (answer.status_code, answer.content.decode()) == (422, sentence)
    assert (Image.objects.count(), files()) == (0, set())


def test_an_empty_file_and_none_at_all_are_said_at_the_field(signed_in, ada):
    client = signed_in(ada)
    file = SimpleUploadedFile("plot.png", b"")
    for fields, sentence in (({"file": file}, "This file is empty."), ({}, "Choose an image.")):
        answer = client.post(reverse("new_image"), fields)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_a_wrong_name_changes_nothing(signed_in, ada):
    for number, name in enumerate(("plot.svg", "../../etc/passwd", "plot.php.png", "plot.jpg")):
        assert upload(signed_in(ada), factories.png(10 + number), name).status_code == 200
    assert set(Image.objects.values_list("format", flat=True)) == {"png"}
    assert all(len(path.name) == 32 for path in files())


def test_the_same_file_is_stored_once_for_each_person(signed_in, ada, jonas):
    for person in (ada, ada, jonas):
        assert upload(signed_in(person)).status_code == 200
    assert sorted(Image.objects.values_list("uploader", flat=True)) == sorted([ada.pk, jonas.pk])
    assert len(files()) == 2


def test_a_file_that_is_gone_is_written_again_at_its_address(signed_in, ada):
    client = signed_in(ada)
    upload(client)
    image, (path,) = Image.objects.get(), files()
    path.unlink()
    assert image.get_absolute_url() in upload(client).content.decode()
    assert (Image.objects.count(), files()) == (1, {path})
    assert client.get(image.get_absolute_url()).status_code == 200


def test_above_the_limits_nothing_is_stored(signed_in, ada, settings, limit_clock):
    client = signed_in(ada)
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"image": (2, 3600)}
    assert [upload(client, factories.png(10 + n)).status_code for n in range(3)] == [200, 200, 429]
    assert upload(client, factories.png(10)).status_code == 200  # it is there already
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"image": (20, 3600), "image_bytes": (10, 3600)}
    assert upload(client, factories.png(29)).status_code == 200
    answer = upload(client, factories.png(30), **FETCH)
    assert (answer.status_code, Image.objects.count()) == (429, 3)
    assert "too many large images" in answer.content.decode()
    limit_clock(days=1)
    assert upload(client, factories.png(30)).status_code == 200


def test_what_is_refused_counts_for_nothing(signed_in, ada, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"image": (1, 3600)}
    client = signed_in(ada)
    assert [upload(client, content).status_code for content in (b"Words", b"Words", factories.png())] == [422, 422, 200]


def test_the_time_that_images_take_is_charged(signed_in, ada, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"rendering": (0.001, 60)}
    client = signed_in(ada)
    assert upload(client).status_code == 200
    assert upload(client, factories.png(11)).status_code == 429


# Showing it


def test_an_image_is_streamed_with_strict_headers_to_its_uploader(signed_in, ada):
    image = factories.make_image(ada)
    answer = signed_in(ada).get(image.get_absolute_url())
    assert b"".join(answer.streaming_content) == factories.png()
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{image.token.hex}.png"'
    assert {"default-src 'none'", "sandbox"} <= set(answer.headers["Content-Security-Policy"].split("; "))
    assert "private" in answer.headers["Cache-Control"]
    assert "no-cache" in answer.headers["Cache-Control"]


def test_who_has_it_already_is_asked_for_nothing_and_still_checked(signed_in, ada, jonas):
    image = factories.make_image(ada)
    known = {"HTTP_IF_NONE_MATCH": signed_in(ada).get(image.get_absolute_url()).headers["ETag"]}
    client = signed_in(ada)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(image.get_absolute_url(), **known)
    assert (answer.status_code, answer.content) == (304, b"")
    assert len(queries) <= 4
    assert signed_in(jonas).get(image.get_absolute_url(), **known).status_code == 404


def test_to_others_there_is_no_such_image(signed_in, client, ada, jonas, group):
    image = factories.make_image(ada)
    assert signed_in(jonas).get(image.get_absolute_url()).status_code == 404
    assert reverse("account_login") in client.get(image.get_absolute_url()).url


def test_an_address_with_another_size_or_token_is_none(signed_in, ada):
    image = factories.make_image(ada)
    client, address = signed_in(ada), image.get_absolute_url()
    wrong = [address.replace("60x40", "61x40"), address.replace("60x40", "0x40"), address.replace("60x40", "60x")]
    wrong += [address.replace(image.token.hex, uuid.uuid4().hex), address.replace(image.token.hex, "x" * 32)]
    assert {client.get(each).status_code for each in wrong} == {404}


def test_an_image_whose_file_is_gone_is_none(signed_in, ada):
    image = factories.make_image(ada)
    files().pop().unlink()
    assert signed_in(ada).get(image.get_absolute_url()).status_code == 404

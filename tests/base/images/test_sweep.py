"""Images that no text shows are deleted after a day; those of deleted accounts go with these."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.threads.post import Post
from groups.threads.post_draft import PostDraft
from groups.threads.thread import Thread
from notes.revision_image import RevisionImage
from readlist_site.base.images import image_file, sweep
from readlist_site.base.images.image import Image
from readlist_site.run.tick import delete_unused_images, tick
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def thread(group, ada):
    return Thread.objects.start(group=group, author=ada, title="Which knob?", body="Hm.")


def swept(hours: float, django_capture_on_commit_callbacks) -> int:
    """What is deleted so many hours from now."""
    with django_capture_on_commit_callbacks(execute=True):
        return sweep.sweep(timezone.now() + timedelta(hours=hours))


def has_file(image: Image) -> bool:
    try:
        image_file.open_file(image.token).close()
    except FileNotFoundError:
        return False
    return True


@pytest.fixture
def later(django_capture_on_commit_callbacks):
    return lambda hours: swept(hours, django_capture_on_commit_callbacks)


def test_an_image_that_no_text_shows_is_deleted_with_its_file_after_a_day(ada, later):
    image = factories.make_image(ada)
    assert later(23) == 0
    assert has_file(image)
    assert later(25) == 1
    assert not has_file(image)
    assert later(25) == 0


def test_an_image_in_a_post_stays_until_a_day_after_the_post_is_deleted(ada, thread, later):
    image = factories.make_image(ada)
    post = Post.objects.reply(thread=thread, author=ada, body=image.markdown("Loss"))
    assert later(100) == 0
    post.edit("No image any more.")
    assert later(200) == 0  # in the post's history
    post.soft_delete(by=ada)
    assert later(300) == 0
    assert later(310) == 0
    assert later(325) == 1
    assert not has_file(image)


def test_every_image_of_a_text_stays(ada, thread, later):
    images = [factories.make_image(ada, 10 + number) for number in range(60)]
    Post.objects.reply(thread=thread, author=ada, body="\n\n".join(image.markdown("Loss") for image in images))
    assert later(25) == 0
    assert Image.objects.count() == 60


def test_an_image_of_a_text_that_another_release_deleted_is_deleted(ada, later):
    image = factories.make_image(ada)
    RevisionImage.objects.create(image=image, revision_id=999_999)
    assert later(1) == 0
    assert not RevisionImage.objects.exists()
    assert later(26) == 1


def test_an_image_in_a_draft_of_its_uploader_stays(ada, jonas, thread, later):
    mine, others = factories.make_image(ada), factories.make_image(ada, 61)
    PostDraft.objects.save_typed(ada, {"body": mine.markdown()}, thread=thread)
    PostDraft.objects.save_typed(jonas, {"body": others.markdown()}, thread=thread)
    assert later(25) == 1
    assert has_file(mine)
    assert not has_file(others)
    PostDraft.objects.all().delete()
    assert later(40) == 0
    assert later(50) == 1


def test_an_image_that_is_shown_again_meanwhile_stays(ada, thread, later):
    image = factories.make_image(ada)
    Image.objects.update(unused_since=timezone.now() - 2 * DAY)
    Post.objects.reply(thread=thread, author=ada, body=image.markdown("Loss"))
    image.refresh_from_db()
    assert image.unused_since is None
    # Somebody else has found it unused before that was committed.
    Image.objects.update(unused_since=timezone.now() - 2 * DAY)
    assert later(0) == 0
    image.refresh_from_db()
    assert image.unused_since is None


def test_the_same_file_uploaded_again_is_kept_for_another_day(ada, later):
    image = factories.make_image(ada)
    Image.objects.update(unused_since=timezone.now() - 2 * DAY)
    assert Image.objects.uploaded_before(ada, image.digest) == image
    assert later(23) == 0


def test_files_of_no_image_are_deleted_after_a_day(ada, settings, later):
    image = factories.make_image(ada)
    Image.objects.all().delete()
    (settings.MEDIA_ROOT / "images" / image.token.hex[:2] / "notes.txt").write_text("not ours")
    assert later(23) == 0
    assert has_file(image)
    later(25)
    assert not has_file(image)
    assert (settings.MEDIA_ROOT / "images" / image.token.hex[:2] / "notes.txt").exists()


def test_the_tick_does_so_once_an_hour(ada, monkeypatch):
    done = []
    monkeypatch.setattr("readlist_site.run.tick.sweep_images", done.append)
    now = timezone.now()
    tick(now)
    for minutes in (1, 59, 61, 62):
        delete_unused_images(now + timedelta(minutes=minutes))
    assert done == [now, now + timedelta(minutes=61)]


@pytest.mark.parametrize("texts", [False, True])
def test_with_an_account_go_images_that_no_text_shows_or_all(
    texts, ada, jonas, group, django_capture_on_commit_callbacks
):
    from tests.personal_data.test_erase_account import delete

    shown, unused = factories.make_image(jonas), factories.make_image(jonas, 61)
    thread = Thread.objects.start(group=group, author=jonas, title="Which knob?", body=shown.markdown("Loss"))
    quoting = Post.objects.reply(thread=thread, author=ada, body=f"See {shown.markdown('it')}")
    with django_capture_on_commit_callbacks(execute=True):
        delete(jonas, texts=texts)
    assert list(Image.objects.values_list("pk", "uploader")) == ([] if texts else [(shown.pk, None)])
    assert (has_file(shown), has_file(unused)) == (not texts, False)
    assert quoting.images.count() == (0 if texts else 1)

"""Exports bring images along, and their Markdown leads to the files."""

import pytest

from groups.reviews.submission import Submission
from groups.threads.thread import Thread
from notes.revision import Revision
from tests import factories
from tests.groups.reviewing import topic_of
from tests.personal_data.exports import export

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_exports_have_the_images_that_their_texts_show(group, ada, jonas, signed_in):
    posted, answered, unused = (factories.make_image(jonas, 60 + number) for number in range(3))
    of_ada, shared = factories.make_image(ada, 70), factories.make_image(ada, 80)
    Thread.objects.start(group=group, author=ada, title="A plot", body=shared.markdown("Shared"))
    body = f"{posted.markdown('Loss')} {of_ada.markdown('Hers')} {shared.markdown('Shared')}"
    Thread.objects.start(group=group, author=jonas, title="Which knob?", body=body)
    prompts = [prompt.pk for prompt in group.list.prompts.not_retired()]
    Submission.objects.submit(
        Revision.freeze(jonas, topic_of(group), dict.fromkeys(prompts, answered.markdown("Rate"))), group
    )
    mine = export(signed_in(jonas))
    names = {image: f"images/{image.file_name}" for image in (posted, answered, unused)}
    assert {name for name in mine if name.startswith("images/")} == {*names.values(), f"images/{shared.file_name}"}
    assert mine[names[posted]] == factories.png(60)
    assert [each["file"] for each in mine["images.json"]] == list(names.values())
    assert f"![Loss]({names[posted]})" in mine["posts.md"]
    assert f"![Rate]({names[answered]})" in mine["summaries.md"]
    assert mine["posts.json"][0]["text"] == body
    of_group = export(signed_in(ada), f"/groups/{group.pk}/export/")
    assert {name for name in of_group if name.startswith("images/")} == {
        names[posted],
        names[answered],
        f"images/{shared.file_name}",
    }
    assert f"![Rate]({names[answered]})" in of_group["submissions.md"]


def test_an_image_whose_file_is_gone_is_left_out(ada, signed_in, settings):
    image = factories.make_image(ada)
    next((settings.MEDIA_ROOT / "images").glob("*/*")).unlink()
    mine = export(signed_in(ada))
    assert not [name for name in mine if name.startswith("images/")]
    assert mine["images.json"][0]["address"] == image.get_absolute_url()

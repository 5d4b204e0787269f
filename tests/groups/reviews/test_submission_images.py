"""Images in answers: who may read a revision may see its images."""

import pytest
from django.urls import reverse

from groups.leaving.leave import leave_group
from groups.reviews.submission import Submission
from groups.threads.thread import Thread
from notes.revision import Revision
from notes.revision_image import RevisionImage
from readlist_site.base.images.image import Image
from tests import factories
from tests.groups.reviewing import say, take, topic_of
from tests.personal_data.test_erase_account import delete


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def image(jonas):
    return factories.make_image(jonas)


@pytest.fixture
def revision(group, jonas, image) -> Revision:
    topic = topic_of(group)
    prompts = [prompt.pk for prompt in group.list.prompts.not_retired()]
    answers = dict.fromkeys(prompts, "It falls.") | {prompts[0]: f"It falls:\n\n{image.markdown('Loss over steps')}"}
    return Revision.freeze(jonas, topic, answers)


@pytest.fixture
def status(signed_in, image):
    return lambda person: signed_in(person).get(image.get_absolute_url()).status_code


def test_only_its_author_sees_what_is_not_submitted(group, ada, jonas, revision, status):
    assert (status(jonas), status(ada)) == (200, 404)
    assert RevisionImage.objects.get().revision == revision


def test_with_a_submission_the_group_sees_it(signed_in, group, ada, jonas, tomas, stranger, revision, image, status):
    round = Submission.objects.submit(revision, group)
    assert (status(ada), status(stranger)) == (200, 404)
    page = signed_in(ada).get(round.submission.get_absolute_url()).content.decode()
    assert f'<img src="{image.get_absolute_url()}" alt="Loss over steps"' in page
    leave_group(group.membership_of(tomas))
    assert status(tomas) == 404


def test_with_a_withdrawn_submission_only_who_took_it_up_sees_it(group, ada, mei, revision, status):
    round = Submission.objects.submit(revision, group)
    take(round, ada)
    round.submission.withdraw()
    assert (status(ada), status(mei)) == (200, 404)


def test_in_the_playbook_it_stays_and_its_file_has_an_address_that_opens_it(
    signed_in, group, ada, mei, tomas, revision, image, status
):
    round = Submission.objects.submit(revision, group)
    for reviewer in (ada, mei):
        say(round, reviewer, "approve", "Fine.")
    assert status(tomas) == 200
    text = signed_in(tomas).get(reverse("export_playbook", args=[group.pk])).content.decode()
    assert f"![Loss over steps](http://testserver{image.get_absolute_url()})" in text


def test_an_image_of_another_that_one_may_see_is_shown_on_and_no_other(group, ada, jonas, stranger, image, status):
    hidden = factories.make_image(stranger)
    thread = Thread.objects.start(group=group, author=jonas, title="Which?", body=image.markdown("Loss"))
    prompts = [prompt.pk for prompt in group.list.prompts.not_retired()]
    body = f"{image.markdown('Loss')} {hidden.markdown('Not mine')}"
    revision = Revision.freeze(ada, topic_of(group), dict.fromkeys(prompts, body))
    assert [each.image for each in revision.images.all()] == [image]
    thread.posts.get().soft_delete(by=jonas)
    assert status(ada) == 200


def test_erased_with_all_texts_nobody_sees_it(group, ada, jonas, revision, image, status):
    Submission.objects.submit(revision, group)
    delete(jonas, texts=True)
    assert status(ada) == 404
    assert not Image.objects.exists()


def test_an_account_deleted_without_its_texts_leaves_what_others_read(group, ada, jonas, revision, image, status):
    Submission.objects.submit(revision, group)
    alone = factories.make_image(jonas, 61)
    Revision.freeze(
        jonas, topic_of(group, 1), {group.list.prompts.not_retired().first().pk: alone.markdown("Mine alone")}
    )
    delete(jonas)
    assert status(ada) == 200
    assert list(Image.objects.all()) == [image]

"""All revisions of one's own summary: read, compared, restored."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.reviews.review_round import ReviewRound
from notes.draft import Draft
from notes.revision import Revision
from tests import factories
from tests.groups.reviewing import days, say, show, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic(group):
    return Section.objects.get(title__startswith="1. Post-training")


@pytest.fixture
def three(group, topic, ada, jonas):
    """Three versions: of the first changes were asked, the second was approved, nobody has read the third."""
    first = show(ada, group, topic, "Beta is small.", "When it is small.", "Win rate.", at=days(-9))
    say(first, jonas, "request_changes", "How small?", at=days(-8))
    second = show(ada, group, topic, "Beta is tiny.", "When it is small.", "Win rate.", at=days(-6))
    say(second, jonas, "approve", at=days(-5))
    third = show(ada, group, topic, "Beta is 0.01.", "When it is tiny.", "Win rate.", at=days(-1))
    ReviewRound.objects.filter(pk=third.pk).update(why="Gave the number.")
    return first, second, third


def history(topic, query: str = "") -> str:
    return reverse("history", args=[topic.pk]) + query


def restore(topic, number: int) -> str:
    return reverse("restore", args=[topic.pk, number])


def page_of(client, topic, query: str = "") -> str:
    return client.get(history(topic, query)).content.decode()


@pytest.fixture
def client(signed_in, ada):
    return signed_in(ada)


def test_the_last_two_versions_are_compared_word_by_word(client, topic, three):
    page = page_of(client, topic)
    assert "From revision 2 to 3" in page
    assert "<del>tiny" in page
    assert "<ins>0.01" in page
    assert page.count("Unchanged") == 1


def test_any_two_versions_are_compared_in_either_direction(client, topic, three):
    page = page_of(client, topic, "?from=1&to=3")
    assert "<del>small" in page
    assert "<ins>0.01" in page
    back = page_of(client, topic, "?from=3&to=1")
    assert "<ins>small" in back
    assert "From revision 3 to 1" in back


@pytest.mark.parametrize("query", ["?to=1", "?from=&to=1", "?from=1&to=1"])
def test_a_version_with_nothing_to_compare_it_with_is_shown_clean(client, topic, three, query):
    page = page_of(client, topic, query)
    assert "Beta is small." in page
    assert "<ins>" not in page
    assert "<del>" not in page


@pytest.mark.parametrize("query", ["?to=4", "?to=x", "?from=9&to=1", "?to=", "?from=%00&to=2"])
def test_there_are_no_other_versions(client, topic, three, query):
    assert client.get(history(topic, query)).status_code == 404


def test_each_version_says_when_why_to_whom_and_what_came_of_it(client, topic, three, group):
    page = page_of(client, topic)
    assert "Gave the number." in page
    assert "Jonas requested changes" in page
    assert "Accepted" in page
    assert page.count(f">{group}</a>") >= 3


def test_an_answer_to_a_prompt_that_is_no_more_is_shown_as_gone(client, topic, group, ada, jonas):
    take(show(ada, group, topic, "One.", "Two.", "Three."), jonas)
    prompt = Prompt.objects.get(position=2)
    Prompt.objects.filter(pk=prompt.pk).update(retired_at=timezone.now())
    show(ada, group, topic, "One.", "Three.")
    page = page_of(client, topic)
    assert prompt.text in page
    assert "Answered in revision 1, but not in revision 2." in page


def test_of_a_group_that_one_has_left_only_the_name_is_known(client, topic, three, group, ada):
    group.memberships.filter(person=ada).delete()
    page = page_of(client, topic)
    assert f"Submitted to {group}, which you have left" in page
    assert "Jonas requested changes" not in page


def test_nobody_has_a_way_to_anothers_versions(signed_in, jonas, topic, three):
    page = page_of(signed_in(jonas), topic)
    assert "No revisions yet" in page
    assert "Beta" not in page
    assert signed_in(jonas).get(history(topic, "?to=1")).status_code == 404
    assert signed_in(jonas).post(restore(topic, 1)).status_code == 404


def test_editor_and_topic_lead_to_the_versions(client, topic, three):
    for page in ("summary", "topic"):
        assert history(topic) in client.get(reverse(page, args=[topic.pk])).content.decode()


def test_before_the_first_version_there_is_no_such_link(client, topic, group):
    for page in ("summary", "topic"):
        assert history(topic) not in client.get(reverse(page, args=[topic.pk])).content.decode()


def test_a_retired_topic_keeps_its_versions_and_restores_none(client, topic, three):
    Section.objects.filter(pk=topic.pk).update(retired_at=timezone.now())
    page = page_of(client, topic)
    assert "From revision 2 to 3" in page
    assert "Restore" not in page
    assert client.post(restore(topic, 1)).status_code == 404


# Restoring


def test_a_version_is_restored_as_the_text_of_the_draft(client, ada, topic, three):
    answer = client.post(restore(topic, 1))
    assert answer.url == reverse("summary", args=[topic.pk])
    draft = Draft.objects.visible_to(ada).get()
    assert "Beta is small." in draft.answers.values()
    assert (draft.base_number, len(draft.based_on)) == (3, 2)
    assert "Beta is small." in client.get(answer.url).content.decode()
    assert Revision.objects.count() == 3, "nothing is submitted by it"


def test_an_unfinished_draft_is_never_replaced_unasked(client, ada, topic, three):
    prompt = str(Prompt.objects.get(position=1).pk)
    extra = {"word_v1": "addressed"}
    draft = Draft.save_answers(ada, topic, {int(prompt): "Half a thought"}, extra=extra)
    answer = client.post(restore(topic, 1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Half a thought" in page
    assert "Beta is small." in page
    assert Draft.objects.get().answers[prompt] == "Half a thought"
    client.post(restore(topic, 1), {"seen": draft.version_token})
    restored = Draft.objects.get()
    assert restored.answers[prompt] == "Beta is small."
    assert restored.extra == extra, "the replies that were typed stay"
    assert restored.alternatives[0]["answers"][prompt] == "Half a thought"
    assert "Half a thought" in client.get(reverse("summary", args=[topic.pk])).content.decode()


def test_a_draft_that_went_on_meanwhile_is_asked_about_again(client, ada, topic, three):
    prompt = Prompt.objects.get(position=1).pk
    seen = Draft.save_answers(ada, topic, {prompt: "Half a thought"}).version_token
    Draft.save_answers(ada, topic, {prompt: "A whole one"}, seen=seen)
    answer = client.post(restore(topic, 1), {"seen": seen})
    assert answer.status_code == 409
    assert "A whole one" in answer.content.decode()
    assert Draft.objects.get().answers[str(prompt)] == "A whole one"


def test_what_the_list_no_longer_asks_is_not_restored(client, ada, topic, three):
    Prompt.objects.filter(position=2).update(retired_at=timezone.now())
    client.post(restore(topic, 1))
    assert sorted(Draft.objects.get().answers.values()) == ["Beta is small.", "Win rate."]


# Queries


@pytest.mark.soak_only
def test_the_page_asks_the_same_however_many_versions_and_groups_there_are(
    client, group, topic, ada, jonas, three, reading_list
):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(history(topic))
        return len(queries)

    few = asked()
    for number in range(4):
        second = factories.make_group(ada, jonas, reading_list=reading_list, name=f"Group {number}")
        say(show(ada, second, topic), jonas, "request_changes", "Why?")
        show(ada, second, topic)
    assert asked() == few

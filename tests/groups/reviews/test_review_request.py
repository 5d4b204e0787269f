"""An author asks a member for a review. It holds nothing: others are offered the review as before."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from groups.leaving.leave import leave_group
from groups.leaving.pause import pause_reviews
from groups.members.exceptions import RuleViolation
from groups.members.mute import Mute
from groups.reviews.review_queue import queued_rounds
from groups.reviews.review_request import ReviewRequest
from groups.reviews.skip import Skip
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.templatetags.notification_text import sentence
from tests.groups.reviewing import days, say, show, take

pytestmark = pytest.mark.django_db
ASKS = "Ada asked you to review this"


@pytest.fixture
def round(group, ada, jonas, tomas):
    return show(ada, group, at=days(-2))


def ask(round, person, by=None):
    return ReviewRequest.objects.ask(round, person, by=by or round.submission.summary.author)


def address(name: str, round) -> str:
    return reverse(name, args=[round.submission_id])


def told(person) -> list[str]:
    return [sentence(each) for each in Notification.objects.filter(person=person).unread()]


def test_the_member_is_told_once_and_sees_by_whom(round, signed_in, group, ada, jonas, tomas):
    client = signed_in(ada)
    for _ in range(2):
        client.post(address("request_review", round), {"person": jonas.pk})
    assert told(jonas) == ["Ada asks you to review the summary of Post-training"]
    assert told(tomas) == ["Ada’s summary of Post-training needs a review"]
    for url in ("/", f"/groups/{group.pk}/reviews/", round.submission.get_absolute_url()):
        assertContains(signed_in(jonas).get(url), ASKS)
        assertNotContains(signed_in(tomas).get(url), ASKS)
    assertContains(signed_in(tomas).get(round.submission.get_absolute_url()), "Jonas was asked for a review")


def test_nobody_waits_for_them_and_what_is_offered_stays(round, jonas, tomas):
    before = [(each.pk, each.queue_section, each.best_match_first) for each in queued_rounds(tomas)]
    ask(round, jonas)
    assert [(each.pk, each.queue_section, each.best_match_first) for each in queued_rounds(tomas)] == before
    assert take(round, tomas)


@pytest.mark.parametrize("ends", ["declined", "muted", "answered", "skipped"])
def test_what_one_is_asked_for_comes_first(ends, round, signed_in, group, ada, jonas, tomas, mei):
    """On home, in the queue, and in what "Review next" offers, before a revision of what one reviewed before."""
    again = show(mei, group, at=days(-3))
    say(again, jonas, "request_changes", "Why?", at=days(-2.9))
    again = show(mei, group, at=days(-2.8))
    client = signed_in(jonas)

    def first() -> list[int]:
        queue = client.get(f"/groups/{group.pk}/reviews/").context["rows"]
        waiting = client.get(f"/groups/{group.pk}/").context["for_me"]
        home = client.get("/").context["next"]
        return [home.submission_to_review, queue[0].submission_id, waiting[0].submission_id]

    assert first() == [again.submission_id] * 3
    ask(round, jonas)
    assert first() == [round.submission_id] * 3
    for url in ("/", f"/groups/{group.pk}/"):
        assertContains(client.get(url), ASKS, 1)
    if ends == "declined":
        client.post(address("decline_review_request", round))
    elif ends == "muted":
        Mute.objects.mute(jonas, ada)
    elif ends == "skipped":
        Skip.objects.skip(round, jonas, "topic")
        assert first()[0] == again.submission_id
        return
    else:
        say(round, jonas, "request_changes", "Why?", at=days(1))
    assert first() == [again.submission_id] * 3


def test_a_request_of_a_muted_author_is_not_shown_to_who_muted_them(round, signed_in, ada, jonas, tomas):
    ask(round, jonas)
    Mute.objects.mute(jonas, ada)
    url = round.submission.get_absolute_url()
    for page in ("/", url):
        assertNotContains(signed_in(jonas).get(page), ASKS)
    assertNotContains(signed_in(jonas).get(url), "Decline request")
    for person in (ada, tomas):
        assertContains(signed_in(person).get(url), "Jonas was asked for a review")
    assert [each.pk for each in queued_rounds(jonas) if each.is_offered] == [round.pk]
    Mute.objects.all().delete()
    assertContains(signed_in(jonas).get("/"), ASKS)


def test_who_declines_is_not_asked_again_before_the_next_revision(round, signed_in, group, ada, jonas, tomas):
    ask(round, jonas)
    signed_in(jonas).post(address("decline_review_request", round))
    assert told(jonas) == []
    page = signed_in(ada).get(round.submission.get_absolute_url())
    assertContains(page, "Jonas declined to review this")
    assert jonas.pk not in [each.person_id for each in page.context["members_to_ask"]]
    assertNotContains(signed_in(tomas).get(round.submission.get_absolute_url()), "declined")
    with pytest.raises(RuleViolation) as refusal:
        ask(round, jonas)
    assert refusal.value.code == "has_declined"
    say(round, tomas, "request_changes", "Why?", at=days(-1))
    second = show(ada, group, at=days(0.5))
    assert jonas.pk in [
        each.person_id for each in signed_in(ada).get(second.submission.get_absolute_url()).context["members_to_ask"]
    ]


def test_a_review_answers_the_request_and_a_later_revision_can_be_asked_for(round, signed_in, group, ada, jonas):
    ask(round, jonas)
    say(round, jonas, "request_changes", "Why?", at=days(1))
    url = round.submission.get_absolute_url()
    assertNotContains(signed_in(jonas).get(url), ASKS)
    second = show(ada, group, at=days(1.1))
    assertNotContains(signed_in(jonas).get(url), ASKS)
    ReviewRequest.objects.ask(second, jonas, by=ada, now=days(1.2))
    assertContains(signed_in(jonas).get(url), ASKS)


def test_a_withdrawn_request_is_gone_and_made_again_tells_nobody_twice(round, signed_in, ada, jonas):
    ask(round, jonas)
    signed_in(ada).post(address("withdraw_review_request", round), {"person": jonas.pk})
    assert (told(jonas), ReviewRequest.objects.count()) == ([], 0)
    ask(round, jonas)
    assert Notification.objects.filter(person=jonas, kind="review_requested").count() == 1
    assert told(jonas) == []


def test_who_leaves_or_pauses_is_asked_no_more(round, group, jonas, tomas):
    for person in (jonas, tomas):
        ask(round, person)
    leave_group(group.membership_of(jonas))
    pause_reviews(tomas)
    assert not ReviewRequest.objects.exists()
    assert told(jonas) == told(tomas) == []


@pytest.mark.parametrize("why", ["own_summary", "not_a_member", "has_paused", "reviews_already", "not_your_summary"])
def test_who_cannot_be_asked(why, round, group, ada, jonas, tomas):
    person, by = jonas, ada
    if why == "own_summary":
        person = ada
    elif why == "not_a_member":
        leave_group(group.membership_of(jonas))
    elif why == "has_paused":
        pause_reviews(jonas)
    elif why == "reviews_already":
        take(round, jonas)
    else:
        by = tomas
    with pytest.raises(RuleViolation) as refusal:
        ask(round, person, by)
    assert refusal.value.code == why
    assert not ReviewRequest.objects.exists()

"""Passing over a review, and what "Review next" offers then."""

import pytest

from groups.members.exceptions import RuleViolation
from groups.reviews.claim import Claim
from groups.reviews.review_queue import claim_best_match
from groups.reviews.skip import Skip
from tests.groups.reviewing import NOW, available_to, days, offered_to, say, show, take, topic_of

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def url(round) -> str:
    return f"/submissions/{round.submission_id}/skip/"


def pass_over(round, reviewer, reason="topic", **more) -> Skip:
    return Skip.objects.skip(round, reviewer, reason, **more)


def test_what_one_passed_over_is_given_back_and_not_offered_again(group, ada, jonas, tomas):
    first, second = show(ada, group, at=days(-1)), show(ada, group, topic_of(group, 1))
    take(first, jonas)
    pass_over(first, jonas)
    assert not Claim.objects.live(NOW).exists()
    assert offered_to(jonas) == [second]
    assert available_to(jonas) == [second, first], "it can still be picked"
    assert offered_to(tomas) == [first, second], "others are asked as before"


def test_review_next_goes_on_with_the_next_fairest(group, ada, jonas):
    first, second = show(ada, group, at=days(-1)), show(ada, group, topic_of(group, 1))
    pass_over(first, jonas)
    assert claim_best_match(jonas, group).round == second
    assert claim_best_match(jonas, group) is None


def test_who_picks_what_they_passed_over_has_not_passed_it_over(group, ada, jonas):
    round = show(ada, group)
    pass_over(round, jonas)
    take(round, jonas)
    assert not Skip.objects.exists()


def test_who_comes_too_late_for_what_they_passed_over_has_passed_it_over_still(group, ada, jonas, tomas, mei):
    round = show(ada, group)
    pass_over(round, jonas, "close")
    take(round, tomas)
    take(round, mei)
    assert round.claim(jonas) is None
    assert Skip.objects.get().reviewer == jonas


def test_what_one_passed_over_waits_for_others(signed_in, group, ada, jonas):
    round = show(ada, group)
    client = signed_in(jonas)
    assert "1 summary you can review" in client.get("/groups/").content.decode()
    pass_over(round, jonas)
    assert "Nothing for you to review" in client.get("/groups/").content.decode()


@pytest.mark.parametrize(
    ("reason", "lasts"), [("topic", True), ("close", True), ("time", False), ("unreadable", False)]
)
def test_a_new_revision_is_offered_anew_but_for_reasons_that_last(group, ada, jonas, tomas, reason, lasts):
    first = show(ada, group)
    pass_over(first, jonas, reason, explanation="Hm.")
    say(first, tomas, "request_changes", "Why?")
    second = show(ada, group)
    assert second != first
    assert Skip.objects.filter(round=second, reviewer=jonas, explanation="Hm.").exists() is lasts


def test_passing_over_twice_keeps_the_later_reason(group, ada, jonas):
    round = show(ada, group)
    pass_over(round, jonas)
    pass_over(round, jonas, "time", explanation="Until Monday")
    assert (Skip.objects.get().reason, Skip.objects.get().explanation) == ("time", "Until Monday")


def test_what_is_not_to_be_reviewed_is_not_passed_over(group, ada, jonas, stranger):
    round = show(ada, group)
    for person in (ada, stranger):
        with pytest.raises(RuleViolation):
            pass_over(round, person)


def test_why_one_passed_it_over_nobody_else_sees(group, ada, jonas, tomas):
    pass_over(show(ada, group), jonas)
    assert Skip.objects.visible_to(jonas).exists()
    assert not Skip.objects.visible_to(ada).exists()
    assert not Skip.objects.visible_to(tomas).exists()


# The page


def test_the_page_asks_why(group, ada, jonas, signed_in):
    round = show(ada, group)
    client = signed_in(jonas)
    page = client.get(url(round)).content.decode()
    assert "Ada Okafor on Post-training" in page
    assert " checked" not in page
    answer = client.post(url(round), {"explanation": "Kept."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose a reason." in page
    assert 'value="Kept."' in page
    assert not Skip.objects.exists()
    answer = client.post(url(round), {"reason": "topic", "explanation": ""}, follow=True)
    assert "You skipped this review." in answer.content.decode()
    assert "You skipped this" in answer.content.decode(), "its row says so"
    assert f'action="/submissions/{round.submission_id}/claim/"' in answer.content.decode()


@pytest.mark.parametrize("data", [{"reason": "x"}, {"reason": "topic", "explanation": "x" * 301}, {"reason": "\x00"}])
def test_rubbish_is_answered_at_the_form(group, ada, jonas, signed_in, data):
    assert signed_in(jonas).post(url(show(ada, group)), data).status_code == 422
    assert not Skip.objects.exists()


def test_where_all_that_waits_is_passed_over_that_is_said(group, ada, jonas, signed_in):
    round = show(ada, group)
    pass_over(round, jonas)
    client = signed_in(jonas)
    answer = client.post(f"/groups/{group.pk}/reviews/next/", follow=True).content.decode()
    assert "You skipped all summaries that need a review. You can still choose one below." in answer
    assert "Review next" not in answer


def test_the_author_of_it_is_led_back(group, ada, signed_in):
    round = show(ada, group)
    client = signed_in(ada)
    assert client.get(url(round))["Location"] == f"/submissions/{round.submission_id}/"
    client.post(url(round), {"reason": "topic"})
    assert not Skip.objects.exists()

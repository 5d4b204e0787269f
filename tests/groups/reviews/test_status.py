"""What a round's author and the others are told of it: on whom it waits and since when, never at which place."""

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from groups.leaving.leave import leave_group
from groups.leaving.pause import pause_reviews
from groups.members.absence import Absence
from groups.reviews.review_round import ReviewRound
from groups.reviews.skip import Skip
from groups.reviews.status import Kind, SignKind
from groups.templatetags.review import since_when
from tests import factories
from tests.groups.reviewing import NOW, days, say, show, take

THURSDAY = NOW.replace(year=2026, month=11, day=26, hour=12, minute=0, second=0)
MONDAY = THURSDAY.replace(day=23)

# What of it a database decides, test_rules.py, test_stateful.py and the races ask of every engine.
pytestmark = pytest.mark.one_engine


def status(round, viewer, at=THURSDAY):
    return round.submission.current.status_for(viewer, at)


def words(status) -> str:
    """The sentences that pages show of it."""
    return " ".join(strip_tags(render_to_string("groups/reviews/status.html", {"status": status})).split())


def tags(status) -> list[tuple]:
    return [(sign.kind, sign.person and sign.person.first_name, sign.is_mine) for sign in status.status_tags]


def test_that_nobody_has_taken_it(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    found = status(round, ada)
    assert (found.kind, found.since, found.needed, found.nobody_is_free) == (Kind.AWAITING_REVIEW, MONDAY, 2, False)
    # It waited longer than patience asks: one will do.
    assert status(round, ada, THURSDAY.replace(month=12, day=10)).needed == 1


def test_who_reads_it_until_when_and_how_many_more_are_needed(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    take(round, jonas, MONDAY)
    found = status(round, ada, MONDAY)
    assert (found.kind, found.reviewers, found.reviewing_until) == (Kind.IN_REVIEW, (jonas,), THURSDAY)
    assert (found.needed, found.my_claim) == (1, None)
    mine = status(round, jonas, MONDAY)
    assert (mine.my_claim.expires_at, mine.reviewers) == (THURSDAY, ())
    take(round, tomas, MONDAY)
    assert "Tomás is also reviewing it, until" in words(status(round, jonas, MONDAY))


def test_what_is_still_needed_and_what_time_alone_brings(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    say(round, jonas, "approve", at=MONDAY)
    found = status(round, ada)
    assert (found.kind, found.needed, found.single_approval_at) == (Kind.NEEDS_MORE, 1, MONDAY.replace(day=30))


def test_since_when_it_waits_for_the_author(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY.replace(day=20))
    say(round, jonas, "request_changes", "Why?", at=MONDAY)
    found = status(round, ada)
    assert (found.kind, found.since, found.requesters) == (Kind.CHANGES_REQUESTED, MONDAY, (jonas,))
    asked = "requested changes on revision 1."
    told = f"Jonas {asked} Submit a new revision. Your group has been waiting for it since {since_when(MONDAY)}."
    assert words(found) == told
    waiting = f"Waiting for a new revision since {since_when(MONDAY)}."
    assert words(status(round, tomas)) == f"Jonas {asked} {waiting}"
    assert words(status(round, jonas)) == f"You {asked} {waiting}"


def test_nothing_of_reviewers_and_of_time_while_it_waits_for_the_author(group, ada, jonas, tomas, mei):
    """More reviewers, and time alone, bring nothing then."""
    round = show(ada, group, at=MONDAY)
    ReviewRound.objects.filter(pk=round.pk).update(required_reviews=3)
    say(round, jonas, "approve", at=MONDAY)
    say(round, tomas, "request_changes", "Why?", at=MONDAY)
    Skip.objects.skip(round, mei, "topic")
    found = status(round, ada)
    assert (found.kind, found.needed) == (Kind.CHANGES_REQUESTED, 1)
    assert (found.nobody_is_free, found.single_approval_at) == (False, None)


def test_until_when_an_earlier_request_can_hold_it_up(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=MONDAY), jonas, "request_changes", "Why?", at=MONDAY)
    second = show(ada, group, at=MONDAY)
    say(second, tomas, "approve", at=MONDAY)
    say(second, mei, "approve", at=MONDAY)
    found = status(second, ada)
    assert (found.kind, found.re_reviewers) == (Kind.AWAITING_RE_REVIEW, (jonas,))
    assert found.requests_expire_at == MONDAY.replace(day=30)
    assert tags(status(second, jonas))[-1] == (SignKind.REQUEST_OPEN, "Jonas", True)


def test_that_nobody_is_free_and_not_why(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    Skip.objects.skip(round, jonas, "topic")
    assert not status(round, ada).nobody_is_free
    Skip.objects.skip(round, tomas, "time")
    assert status(round, ada).nobody_is_free
    assert status(round, tomas).nobody_is_free
    assert words(status(round, ada)).endswith("No member is available to review it at the moment.")


def test_nothing_of_it_where_it_would_be_said_of_one(group, ada, jonas, tomas):
    pair = factories.make_group(ada, jonas, reading_list=group.list, name="Two")
    of_two, of_three = show(ada, pair, at=MONDAY), show(ada, group, at=MONDAY)
    say(of_three, tomas, "approve", at=MONDAY)
    for each in (of_two, of_three):
        Skip.objects.skip(each, jonas, "close")
        assert not status(each, ada).nobody_is_free


def test_that_all_others_are_away(group, ada, jonas):
    round = show(ada, group, at=MONDAY)
    Absence.objects.create(person=jonas)
    assert status(round, ada).kind == Kind.NOBODY_TO_REVIEW
    ReviewRound.objects.accept_due(THURSDAY)
    assert status(round, ada).kind == Kind.NOBODY_TO_REVIEW


def test_an_account_that_was_closed_is_not_waited_for_even_before_that_is_written_down(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    tomas.is_active = False
    tomas.save()
    assert status(round, ada).needed == 1
    ReviewRound.objects.accept_due(THURSDAY)
    assert ReviewRound.objects.get().required_reviews == 1


def test_that_its_author_has_left(group, ada, jonas, tomas):
    round = show(jonas, group)
    leave_group(group.memberships.get(person=jonas))
    assert status(round, tomas, NOW).kind == Kind.AUTHOR_LEFT


def test_that_it_was_withdrawn_accepted_and_removed(group, ada, jonas, tomas):
    round = show(ada, group, at=days(-3))
    round.submission.withdraw(now=days(-2))
    round.submission.refresh_from_db()
    assert (status(round, ada, NOW).kind, status(round, ada, NOW).at) == (Kind.WITHDRAWN, days(-2))
    second = show(ada, group, at=days(-2))
    for person in (jonas, tomas):
        say(second, person, "approve", at=days(-1))
    assert (status(second, ada, NOW).kind, status(second, ada, NOW).at) == (Kind.ACCEPTED, days(-1))
    second.submission.remove_from_playbook(now=NOW)
    found = ReviewRound.objects.get(pk=second.pk).status_for(ada, NOW)
    assert (found.kind, found.at, found.removed_at) == (Kind.REMOVED, days(-1), NOW)


def test_what_was_withdrawn_is_a_request_no_more(group, ada, jonas, tomas):
    review = say(show(ada, group, at=days(-1)), jonas, "request_changes", "Why?", at=days(-1))
    review.withdraw_change_request(now=NOW)
    found = status(review.round, tomas, NOW)
    assert tags(found)[0] == (SignKind.REQUEST_WITHDRAWN, "Jonas", False)
    assert found.needed == 2


def test_of_who_went_away_or_left_nobody_says_that_they_withdrew_a_request(group, ada, jonas, tomas, mei):
    round = show(ada, group, at=days(-1))
    review = say(round, jonas, "request_changes", "Why?", at=days(-1))
    say(round, mei, "request_changes", "Why?", at=days(-1))
    pause_reviews(jonas, now=NOW)
    leave_group(group.memberships.get(person=mei))
    ended = [(SignKind.REQUEST_ENDED, name, False) for name in ("Jonas", "Mei-Ling")]
    assert tags(status(round, tomas, NOW))[:2] == ended
    Absence.objects.all().delete()
    review.edit("request_changes", "Still so.", now=NOW)
    review.withdraw_change_request(now=NOW)
    assert tags(status(round, tomas, NOW))[0] == (SignKind.REQUEST_WITHDRAWN, "Jonas", False)


@pytest.mark.parametrize("people", [1, 2, 3])
def test_an_author_who_is_away_is_not_missed_among_the_others(reading_list, ada, jonas, people):
    others = [factories.make_user() for _ in range(people)]
    group = factories.make_group(ada, *others, reading_list=reading_list, name="Far away")
    round = show(ada, group)
    Absence.objects.create(person=ada)
    ReviewRound.objects.filter(submission__group=group).update_accepts_at(NOW)
    round.refresh_from_db()
    assert round.required_reviews == min(2, people)


def test_who_holds_it_is_not_told_to_wait_for_the_author(group, ada, jonas, tomas):
    round = show(ada, group, at=MONDAY)
    take(round, tomas, MONDAY)
    say(round, jonas, "request_changes", "Why?", at=MONDAY)
    assert status(round, tomas, MONDAY).kind == Kind.IN_REVIEW
    assert status(round, ada, MONDAY).kind == Kind.CHANGES_REQUESTED


def test_who_came_after_it_was_submitted_can_read_it(reading_list, ada, jonas):
    alone = factories.make_group(ada, reading_list=reading_list, name="Alone")
    round = show(ada, alone, at=MONDAY)
    assert status(round, ada, MONDAY).kind == Kind.NOBODY_TO_REVIEW
    assert words(status(round, ada, MONDAY)) == "Nobody else in the group can review it yet."
    alone.memberships.create(person=jonas)
    found = status(round, jonas, MONDAY)
    assert (found.kind, found.needed) == (Kind.AWAITING_REVIEW, 1)


def test_whose_earlier_request_is_open_is_named_among_those_it_waits_for(group, ada, jonas, tomas, mei):
    say(show(ada, group, at=MONDAY), jonas, "request_changes", "Why?", at=MONDAY)
    second = show(ada, group, at=MONDAY)
    found = status(second, ada, MONDAY)
    assert (found.kind, found.needed, found.re_reviewers) == (Kind.AWAITING_REVIEW, 2, (jonas,))
    assert status(second, jonas, MONDAY).i_am_re_reviewer
    take(second, tomas, MONDAY)
    found = status(second, ada, MONDAY)
    assert (found.kind, found.reviewers, found.re_reviewers) == (Kind.IN_REVIEW, (tomas,), (jonas,))
    take(second, jonas, MONDAY)
    assert not status(second, ada, MONDAY).re_reviewers

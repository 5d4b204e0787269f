"""Several people press at the same moment: with real threads and real transactions, on either engine."""

from collections.abc import Callable

import pytest
from django.test import Client

from groups.leaving.leave import leave_group
from groups.leaving.pause import pause_reviews
from groups.members.absence import Absence
from groups.members.exceptions import RuleViolation
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from tests import factories
from tests.groups.at_once import at_once
from tests.groups.reviewing import revise, show, take, topic_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(group, ada, jonas):
    """Eight members beside Ada and Jonas."""
    people = [factories.make_user() for _ in range(8)]
    for person in people:
        group.memberships.create(person=person)
    return people


def press_next(group, person) -> Callable[[], int]:
    client = Client()
    client.force_login(person)
    return lambda: client.post(f"/groups/{group.pk}/reviews/next/").status_code


def test_eight_people_press_review_next_on_three_submissions(group, ada, jonas, crowd):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    answers = at_once(*(press_next(group, person) for person in crowd))
    assert answers == [302] * 8
    held = list(Claim.objects.live().values_list("round", "slot", "reviewer"))
    # Three times two slots, none taken twice, nobody twice on the same.
    assert len(held) == len({(round, slot) for round, slot, _ in held}) == 6
    assert len({(round, reviewer) for round, _, reviewer in held}) == 6
    assert {round for round, _, _ in held} == {round.pk for round in rounds}


def test_one_person_taking_everything_at_once_holds_no_more_than_two(group, ada, jonas, crowd):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    taken = at_once(*(lambda round=round: round.claim(jonas) for round in rounds))
    assert sorted(type(each).__name__ for each in taken) == ["Claim", "Claim", "ClaimLimitReached"]
    assert Claim.objects.live().count() == 2


def test_one_person_pressing_review_next_twice_is_answered_twice(group, ada, jonas, crowd):
    for place in range(3):
        show(ada, group, topic_of(group, place))
    assert at_once(*(press_next(group, jonas) for _ in range(4))) == [302] * 4
    assert Claim.objects.live().filter(reviewer=jonas).count() in {1, 2}


def test_one_claim_pressed_many_times_is_one_claim(group, ada, jonas):
    round = show(ada, group)
    claims = at_once(*(lambda: round.claim(jonas) for _ in range(6)))
    assert len(set(claims)) == 1
    assert Claim.objects.count() == 1


def test_two_approvals_at_once_accept_once(group, ada, jonas, crowd):
    round = show(ada, group)
    claims = [take(round, person) for person in crowd[:2]]
    given = at_once(*(lambda claim=claim: Review.objects.submit(claim, "approve") for claim in claims))
    assert all(isinstance(each, Review) for each in given)
    assert Acceptance.objects.get().round == round


def test_one_review_sent_twice_at_once_is_one_review(group, ada, jonas):
    claim = take(show(ada, group), jonas)
    given = at_once(*(lambda: Review.objects.submit(claim, "approve") for _ in range(4)))
    assert [type(each) for each in given].count(Review) == 1
    assert [type(each) for each in given].count(RuleViolation) == 3
    assert Review.objects.count() == 1


def test_a_revision_and_a_claim_at_once_leave_the_claim_on_the_revision(group, ada, jonas):
    first = show(ada, group)
    take(first, jonas).release()
    revision = revise(ada, topic_of(group))
    answers = at_once(lambda: Submission.objects.submit(revision, group), lambda: first.claim(jonas))
    assert isinstance(answers[0], ReviewRound)
    live = Claim.objects.live()
    assert not live.filter(round=first).exists()
    assert live.count() == (0 if isinstance(answers[1], RuleViolation) else 1)


def test_a_revision_submitted_many_times_at_once_is_one_round(group, ada):
    revision = revise(ada, topic_of(group))
    answers = at_once(*(lambda: Submission.objects.submit(revision, group) for _ in range(6)))
    assert sorted(type(each).__name__ for each in answers) == ["ReviewRound", *["RuleViolation"] * 5]
    assert Submission.objects.count() == ReviewRound.objects.count() == 1


def test_leaving_while_others_claim_and_review_breaks_nothing(group, ada, jonas, crowd):
    rounds = [show(ada, group, topic_of(group, place)) for place in range(3)]
    claim = take(rounds[0], crowd[0])
    membership = group.memberships.get(person=jonas)
    answers = at_once(
        lambda: leave_group(membership),
        press_next(group, jonas),
        lambda: Review.objects.submit(claim, "approve"),
        *(press_next(group, person) for person in crowd[1:5]),
    )
    assert answers[0] is None
    assert answers[1] in {302, 404}
    assert isinstance(answers[2], Review)
    assert answers[3:] == [302] * 4


def test_a_text_replaced_in_the_moment_it_is_taken_is_one_or_the_other(group, ada, jonas):
    first, revision = show(ada, group), revise(ada, topic_of(group))
    shown, claim = at_once(lambda: Submission.objects.submit(revision, group), lambda: first.claim(jonas))
    assert isinstance(claim, Claim)
    assert Claim.objects.live().get().round.revision == revision
    assert Submission.objects.get().current.revision == shown.revision == revision


@pytest.mark.parametrize("decision", ["approve", "request_changes"])
def test_who_goes_away_while_they_send_a_review_takes_a_request_along_and_leaves_an_approval(
    reading_list, ada, jonas, decision
):
    for place in range(6):
        group = factories.make_group(
            ada, jonas, factories.make_user(), reading_list=reading_list, name=f"Group {place}"
        )
        claim = take(show(ada, group), jonas)
        given, _ = at_once(lambda claim=claim: Review.objects.submit(claim, decision), lambda: pause_reviews(jonas))
        claim.refresh_from_db()
        if isinstance(given, RuleViolation):
            assert claim.ended_at
            assert not Review.objects.filter(claim=claim).exists()
        else:
            assert bool(claim.ended_at) == (decision == "request_changes")
            assert bool(Review.objects.get(claim=claim).withdrawn_at) == (decision == "request_changes")
        Absence.objects.all().delete()

"""The rule for review in every combination of facts: what Python says of them, and what is found in the rows.

All combinations are rows of one database, each in a group of its own; people, texts and pauses are shared."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest

from groups.members.absence import Absence
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews import rules
from groups.reviews.acceptance_record import Acceptance
from groups.reviews.claim import Claim
from groups.reviews.review import Review
from groups.reviews.review_queue import queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from tests import factories
from tests.groups.reviewing import NOW, available_to, days, revise, topic_of
from tests.length import some

# The round of every combination was submitted NOW; what SQL finds is asked at these times. Paused until the third day,
# a claim of five days, seven days of patience: on either side of each.
TIMES = [days(0), days(2.9), days(3), days(5), days(7), days(30)]
BACK = days(3)

# What another member is, and has done: (in the group, paused, until), then an act.
PEOPLE = ("present", "paused", "back", "gone", "closed")
ACTS = ("nothing", "claim", "expired claim", "approval", "request", "earlier request", "withdrawn request")
FIGURES = ((2, 7), (1, 2), (3, 14))
STATES = ("open", "withdrawn", "archived", "author gone", "author closed", "accepted", "accepted by time")


@dataclass(frozen=True)
class Case:
    """One combination. `others` are (what they are, what they have done); `required_reviews` and `days` are the
    round's."""

    others: tuple[tuple[str, str], ...]
    required_reviews: int = 2
    days: int = 7
    state: str = "open"
    viewer: str = "stranger"

    def available(self, at: datetime) -> int:
        """How many others are asked for reviews."""
        return sum(kind == "present" or (kind == "back" and at >= BACK) for kind, _ in self.others)

    @property
    def single_approval_at(self) -> datetime:
        return NOW + timedelta(days=self.days)

    @property
    def is_open(self) -> bool:
        return self.state in ("open", "accepted", "accepted by time")

    @property
    def is_accepted(self) -> bool:
        return self.state in ("accepted", "accepted by time")

    def facts(self, at: datetime) -> rules.Facts:
        """What decides whether it is accepted."""
        requests = [
            rules.ChangeRequest(
                self.single_approval_at if act == "earlier request" else None, BACK if kind == "back" else None
            )
            for kind, act in self.others
            if act in ("request", "earlier request") and kind in ("present", "back")
        ]
        return rules.Facts(
            required=rules.required_reviews(self.required_reviews, self.available(at)),
            single_approval_at=self.single_approval_at,
            approvals=sum(act == "approval" for _, act in self.others),
            change_requests=tuple(requests),
            is_open=self.is_open,
        )

    def slots_taken(self, at: datetime) -> int:
        """By whom a slot is taken: who approved, who holds a claim, whose request can still be resolved."""

        def takes(kind: str, act: str) -> bool:
            here = kind in ("present", "gone") or (kind == "back" and at >= BACK)
            has_account = kind != "closed"
            return act == "approval" or (act == "claim" and has_account and at < days(5)) or (act == "request" and here)

        mine = self.viewer == "claim" and at < days(5)
        return sum(takes(*each) for each in self.others) + mine + (self.viewer == "approval")

    def reviewer_facts(self, at: datetime, holds: int) -> rules.ReviewerFacts:
        """What decides whether the viewer may claim it."""
        return rules.ReviewerFacts(
            is_archived=self.state == "archived",
            is_member=self.viewer != "stranger",
            is_author=self.viewer == "author",
            author_is_member=self.state not in ("author gone", "author closed"),
            is_withdrawn=self.state == "withdrawn",
            has_reviewed=self.viewer == "approval",
            has_reviewed_earlier=self.viewer in ("earlier approval", "earlier request"),
            has_open_request=self.viewer == "earlier request" and at < self.single_approval_at,
            is_accepted=self.is_accepted,
            holds=holds,
            slots=rules.slots(self.required_reviews),
            slots_taken=self.slots_taken(at),
        )


def others(most: int, people=PEOPLE, acts=ACTS) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every combination of so many others at most."""
    kinds = list(product(people, acts))
    for count in range(most + 1):
        yield from combinations_with_replacement(kinds, count)


class Rows:
    """Writes the cases down, a few statements for all of them."""

    def __init__(self, reading_list) -> None:
        self.reading_list = reading_list
        self.author, self.closed_author, self.viewer = (factories.make_user() for _ in range(3))
        self.people = {kind: [factories.make_user() for _ in range(3)] for kind in PEOPLE}
        for kind, until in (("paused", None), ("back", BACK)):
            for person in self.people[kind]:
                Absence.objects.create(person=person, since=days(-1), until=until)
        for person in (*self.people["closed"], self.closed_author):
            person.is_active = False
            person.save(update_fields=["is_active"])

    def write(self, cases: list[Case]) -> list[ReviewRound]:
        """The round of each case."""
        archived_at = {"archived": days(-1)}
        groups = Group.objects.bulk_create(
            Group(name="G", list=self.reading_list, owner=self.author, archived_at=archived_at.get(each.state))
            for each in cases
        )
        topic = topic_of(groups[0])
        texts = {author: [revise(author, topic), revise(author, topic)] for author in (self.author, self.closed_author)}
        author_of = {each: self.closed_author if each.state == "author closed" else self.author for each in cases}
        submissions = Submission.objects.bulk_create(
            Submission(
                group=group,
                summary=texts[author_of[each]][0].summary,
                opened_at=days(-9),
                withdrawn_at=NOW if each.state == "withdrawn" else None,
            )
            for group, each in zip(groups, cases, strict=True)
        )
        # An author who reads their own is offered nothing; nor is who is not in the group.
        memberships = [
            Membership(group=group, person=person)
            for group, each in zip(groups, cases, strict=True)
            for person in (
                *([] if each.state == "author gone" else [author_of[each]]),
                *([] if each.viewer in ("stranger", "author") else [self.viewer]),
                *(self._person(each, place) for place, (kind, _) in enumerate(each.others) if kind != "gone"),
            )
        ]
        Membership.objects.bulk_create(memberships)
        earlier, current = (
            ReviewRound.objects.bulk_create(
                ReviewRound(
                    submission=submission,
                    revision=texts[author_of[each]][place],
                    required_reviews=each.required_reviews,
                    single_approval_days=each.days,
                    submitted_at=at,
                    shown_at=at,
                    accepts_at=days(-1) if each.state == "accepted by time" and place else None,
                )
                for submission, each in zip(submissions, cases, strict=True)
            )
            for place, at in enumerate((days(-9), NOW))
        )
        Acceptance.objects.bulk_create(
            Acceptance(round=round, accepted_at=NOW)
            for round, each in zip(current, cases, strict=True)
            if each.state == "accepted"
        )
        acts = [
            (earlier[n] if act.startswith("earlier") else current[n], person, act, slot)
            for n, each in enumerate(cases)
            for slot, (person, act) in enumerate(
                [
                    *((self._person(each, place), act) for place, (_, act) in enumerate(each.others)),
                    (self.viewer, each.viewer),
                ],
                start=1,
            )
            if act not in ("nothing", "stranger", "author")
        ]
        claims = Claim.objects.bulk_create(
            Claim(
                round=round,
                slot=slot,
                reviewer=person,
                taken_at=days(-1),
                expires_at=days(-0.5) if act == "expired claim" else days(5),
            )
            for round, person, act, slot in acts
        )
        Review.objects.bulk_create(
            Review(
                round=round,
                claim=claim,
                reviewer=person,
                decision="approve" if act.endswith("approval") else "request_changes",
                withdrawn_at=NOW if act == "withdrawn request" else None,
                change_request_ended_because="withdrawn" if act == "withdrawn request" else "",
                renderer=1,
            )
            for claim, (round, person, act, _) in zip(claims, acts, strict=True)
            if not act.endswith("claim")
        )
        # Who withdrew a request has given up their slot with it.
        withdrawn = [claim.pk for claim, (_, _, act, _) in zip(claims, acts, strict=True) if act == "withdrawn request"]
        Claim.objects.filter(pk__in=withdrawn).update(ended_at=NOW)
        return current

    def _person(self, case: Case, place: int):
        """Of two of a kind in one case the second is another person."""
        kind = case.others[place][0]
        return self.people[kind][sum(each == kind for each, _ in case.others[:place])]


@pytest.fixture
def rows(reading_list) -> Rows:
    return Rows(reading_list)


def found(rounds: list[ReviewRound], matching) -> list[bool]:
    """Whether each of these rounds is among those."""
    keys = set(matching.values_list("pk", flat=True))
    return [each.pk in keys for each in rounds]


def differ(cases: list[Case], python: list, sql: list) -> list:
    """The cases in which the two sides say something else."""
    return [(each, said, is_found) for each, said, is_found in zip(cases, python, sql, strict=True) if said != is_found]


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.one_engine
def test_what_blocks_it_and_when_it_is_accepted_is_the_same_of_facts_and_of_rows(rows):
    few = [each for each in others(2) if len(each) < 2 or {"present", "back"} & {kind for kind, _ in each}]
    cases = [
        *(Case(each) for each in others(3, ("present", "back"), ACTS[:1] + ACTS[3:])),
        *(Case(each, needed, patience) for each in few for needed, patience in FIGURES),
        *(Case(each, state=state) for each in others(1) for state in STATES if not state.startswith("accepted")),
    ]
    cases = some(cases, 0, of=2)
    rounds = rows.write(cases)
    for at in TIMES:
        said = [each.facts(at).is_approved(at) for each in cases]
        stored = {each.pk: columns["accepts_at"] for each, columns in ReviewRound.objects.outdated(at)}
        assert not differ(cases, said, [stored.get(each.pk) == at for each in rounds])[:3]
        assert any(said)
        assert not all(said)
        blocking = Counter(Review.objects.blocking(at).values_list("round__submission", flat=True))
        requests = [sum(request.is_open(at) for request in each.facts(at).change_requests) for each in cases]
        assert not differ(cases, requests, [blocking[each.submission_id] for each in rounds])[:3]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_what_a_round_stores_of_the_future_is_what_is_found_then(rows):
    """As long as nobody does anything."""
    cases = [
        *(Case(each) for each in others(3, ("present", "back"), ACTS[:1] + ACTS[3:])),
        *(Case(each, state=state) for each in others(1) for state in STATES if not state.startswith("accepted")),
    ]
    rounds = rows.write(cases)
    outdated = ReviewRound.objects.outdated(NOW)
    accepts_at = {each.pk: columns["accepts_at"] for each, columns in outdated}
    stored = [accepts_at.get(each.pk) for each in rounds]
    assert not differ(cases, [each.facts(NOW).accepts_at(NOW) for each in cases], stored)[:3]
    # A statement for each number: one for all of them takes longer to build than all else here.
    for required in {columns["required_reviews"] for _, columns in outdated}:
        same = [each.pk for each, columns in outdated if columns["required_reviews"] == required]
        ReviewRound.objects.filter(pk__in=same).update(required_reviews=required)
    times = [NOW, BACK, days(7), days(30)]
    due = {
        at: {each.pk for each, columns in ReviewRound.objects.outdated(at) if columns["accepts_at"] == at}
        for at in times
    }
    first = [next((at for at in times if each.pk in due[at]), None) for each in rounds]
    assert not differ(cases, stored, first)[:3]
    assert {NOW, days(7), None} <= set(first)


def test_what_is_open_and_what_awaits_review_is_the_same_in_python_and_in_sql(rows):
    cases = [Case((("present", act),), state=state) for act in ACTS for state in STATES]
    rounds = rows.write(cases)
    is_open = [rules.why_closed(each.reviewer_facts(NOW, 0)) is None for each in cases]
    assert found(rounds, ReviewRound.objects.open()) == is_open == [each.is_open for each in cases]
    awaits = [each.is_open and not each.is_accepted for each in cases]
    assert found(rounds, ReviewRound.objects.awaiting_review(NOW)) == awaits
    is_accepted = [
        rules.is_accepted(NOW if each.state == "accepted" else None, round.accepts_at, NOW)
        for each, round in zip(cases, rounds, strict=True)
    ]
    assert found(rounds, ReviewRound.objects.accepted(NOW)) == is_accepted == [each.is_accepted for each in cases]
    assert found(rounds, ReviewRound.objects.filter(submission__in=Submission.objects.open())) == is_open


# PostgreSQL, which has no statistics of rows written a moment ago, may take minutes to join thousands of them.
@pytest.mark.one_engine
@pytest.mark.parametrize("holds", [0, 2])
def test_who_may_claim_it_is_the_same_of_facts_and_of_rows(rows, holds):
    viewers = ("nothing", "stranger", "claim", "expired claim", "approval", "earlier approval", "earlier request")
    two = others(2, ("present", "back", "closed"), ACTS[:6])
    cases = [
        *(Case(each, viewer=viewer) for each in two for viewer in viewers),
        *(
            Case(each, required_reviews, viewer=viewer)
            for each in others(1)
            for required_reviews in (0, 1, 3)
            for viewer in viewers
        ),
        *(Case((), state=state, viewer=viewer) for state in STATES for viewer in viewers),
    ]
    rounds = rows.write(cases)
    for at in TIMES:
        # Who holds it need not claim it.
        said = [
            rules.why_not_claimable(each.reviewer_facts(at, holds)) is None
            and not (each.viewer == "claim" and at < days(5))
            for each in cases
        ]
        queue = {each.pk: each for each in queued_rounds(rows.viewer, at)}
        offered = {
            key for key, each in queue.items() if each.is_available and (each.reviewed_before_by_me or holds < 2)
        }
        assert not differ(cases, said, [each.pk in offered for each in rounds])[:3]
        assert any(said)
        taken = Counter(Claim.objects.holding_slot(at).values_list("round", flat=True))
        waiting = [(case, round.pk) for case, round in zip(cases, rounds, strict=True) if round.pk in queue]
        counts = [case.slots_taken(at) for case, _ in waiting]
        assert counts == [taken[key] for _, key in waiting] == [queue[key].slots_taken for _, key in waiting]


def test_nobody_may_claim_what_they_wrote(rows):
    round = rows.write([Case((), viewer="author")])[0]
    facts = Case((), viewer="author").reviewer_facts(NOW, 0)
    assert rules.why_not_claimable(facts) == rules.Why.OWN_SUMMARY
    assert round not in available_to(rows.author, NOW)

"""What decides whether a person may review or claim a round, as it is in the database now: by one statement each."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Model, QuerySet

from groups.members.membership import Membership
from readlist_site.base.accounts.models import User
from readlist_site.base.web.together import Together, answers

from . import rules
from .acceptance_record import Acceptance
from .claim import Claim
from .review import Review
from .submission import Submission


@dataclass(frozen=True)
class ClaimState:
    """Whether a person may claim a round, and with what: the `facts`, the round's `required_reviews` and `claim_days`,
    the slots that are taken, and whether a claim of the round has lost its slot and not ended yet."""

    facts: rules.ReviewerFacts
    required_reviews: int
    claim_days: int
    taken: frozenset[int]
    is_any_over: bool


@Together
def _of_reviewer(round: int, person: int) -> list[QuerySet]:
    members = Membership.objects.filter(group__submissions__rounds=round)
    author = {"group__submissions__rounds": round, "person": F("group__submissions__summary__author")}
    submission = Submission.objects.filter(rounds=round)
    of_submission = ("group__archived_at", "withdrawn_at", "summary__author")
    return [
        submission.values_list(*of_submission, "rounds__required_reviews", "rounds__claim_days"),
        members.filter(person=person).values_list("pk", flat=True),
        Membership.objects.with_open_account().filter(**author).values_list("pk", flat=True),
        submission.filter(rounds__gt=round).values_list("pk", flat=True),
        Review.objects.filter(round=round, reviewer=person).order_by().values_list("pk", flat=True),
    ]


@Together
def _of_claims(round: int, person: int, now: datetime) -> list[QuerySet]:
    mine = Review.objects.filter(round__submission__rounds=round, reviewer=person).order_by()
    claims = Claim.objects.filter(round=round).order_by()
    return [
        mine.filter(round__lt=round).values_list("pk", flat=True),
        mine.blocking(now).values_list("pk", flat=True),
        Acceptance.objects.filter(round=round).order_by().values_list("pk", flat=True),
        Claim.objects.awaited_from(person, now).values_list("pk", flat=True),
        claims.not_ended().values_list("pk", flat=True),
        claims.holding_slot(now).values_list("pk", "slot"),
    ]


def reviewer_facts(round: Model, person: User, *, editing: bool = False) -> rules.ReviewerFacts:
    """Return the facts that decide whether a person may review it, freshly queried, without those about claims. With
    `editing` it is left out whether they have reviewed it."""
    return _facts(_of_reviewer(round=round.pk, person=person.pk), person, editing=editing)


def claim_state(round: Model, reviewer: User, now: datetime) -> ClaimState:
    """Return what decides whether a person may claim it, freshly queried. Lock the submission first."""
    arguments = {"round": round.pk, "person": reviewer.pk}
    of_reviewer, of_claims = answers(_of_reviewer.ask(**arguments), _of_claims.ask(**arguments, now=now))
    ((*_, required_reviews, claim_days),) = of_reviewer[0]
    earlier, open_requests, acceptances, held, not_ended, holding = of_claims
    facts = replace(
        _facts(of_reviewer, reviewer),
        has_reviewed_earlier=bool(earlier),
        has_open_request=bool(open_requests),
        is_accepted=bool(acceptances),
        holds=len(held),
        slots=rules.slots(required_reviews),
        slots_taken=len(holding),
    )
    is_any_over = bool({*not_ended} - {key for key, _ in holding})
    return ClaimState(facts, required_reviews, claim_days, frozenset(slot for _, slot in holding), is_any_over)


def _facts(found: list[list], person: User, *, editing: bool = False) -> rules.ReviewerFacts:
    submissions, mine, of_author, later, reviews = found
    if not submissions:
        raise Submission.DoesNotExist
    ((archived_at, withdrawn_at, author, *_),) = submissions
    return rules.ReviewerFacts(
        is_archived=archived_at is not None,
        is_member=bool(mine),
        is_author=author == person.pk,
        author_is_member=bool(of_author),
        is_withdrawn=withdrawn_at is not None,
        is_current=not later,
        has_reviewed=not editing and bool(reviews),
    )

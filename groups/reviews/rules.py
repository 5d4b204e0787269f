"""The rule for review, said once: each part as a Python function over plain facts, and beside it as SQL.

- How many reviews a round needs: `required_reviews`. Fixed when its revision is submitted, and only ever lowered.
- What blocks it: open change requests, `ChangeRequest.is_open` · `open_change_requests`.
- When it is approved: `Facts.is_approved` · `approved`. From which moment time alone accepts it: `Facts.accepts_at`,
  which every verb stores on the round. Accepted, whenever it is read: `is_accepted` · `accepted`.
- When it is open: `Facts.is_open` · `is_open`; when it awaits review: open and not accepted.
- Who may claim it, and why not: `why_not_reviewable`, `why_not_claimable` · `has_free_slot`, `has_open_request_of`.

`tests/groups/reviews/test_rules.py` holds the two sides against each other in every combination of facts. The SQL
side takes querysets of rounds, claims or reviews and reaches their models by their relations. Nothing outside the
models of review asks for the columns that are read here: it asks `Submission.objects` and `ReviewRound.objects`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from groups.members.membership import Membership

# How many reviews one person may hold at once.
CLAIM_LIMIT = 2


# How many reviews


def required_reviews(setting: int, others: int) -> int:
    """How many reviews a round needs: as many as its group asks for, but no more than other members are available."""
    return min(setting, others)


def slots(required: int) -> int:
    """How many reviewers may hold a round at once. Where nobody else is available one approval accepts it still."""
    return max(1, required)


def slots_sql() -> Greatest:
    """`slots` of a round, as stored."""
    return Greatest(F("required_reviews"), Value(1))


def other_members(now: datetime | None = None) -> QuerySet[Membership]:
    """Inside a query of rounds: the memberships of the round's group but its author's, whose account is open; with
    `now` only those who are available for review then. An author who paused reviews still has all the others."""
    memberships = (
        Membership.objects.with_open_account() if now is None else Membership.objects.available_for_review(now)
    )
    return memberships.filter(group=OuterRef("submission__group")).exclude(
        person=OuterRef("submission__summary__author")
    )


def authors_membership() -> QuerySet[Membership]:
    """Inside a query of rounds: the membership of the round's author, while their account is open."""
    return Membership.objects.with_open_account().filter(
        group=OuterRef("submission__group"), person=OuterRef("submission__summary__author")
    )


def count(rows: QuerySet, by: str) -> Coalesce:
    """The number of these rows, inside another query; all of them have the same `by`."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def others_sql(now: datetime) -> Coalesce:
    """How many other members of a round's group are available for review."""
    return count(other_members(now), "group")


# What blocks it, and from when it is approved


def days_after(moment: str, days: str) -> ExpressionWrapper:
    """So many days after a moment, both columns."""
    span = ExpressionWrapper(
        Cast(F(days), IntegerField()) * Value(timedelta(days=1), DurationField()), output_field=DurationField()
    )
    return ExpressionWrapper(F(moment) + span, output_field=DateTimeField())


@dataclass(frozen=True)
class ChangeRequest:
    """A review that requests changes, was not withdrawn, and was not followed by a later review of its reviewer, who is
    a member with an open account.

    It blocks later revisions, too. It expires so many days after the next revision was shown (`expires_at`; None while
    there is none). While its reviewer has paused reviews it is not open: `open_from` is when the pause ends."""

    expires_at: datetime | None = None
    open_from: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether it keeps its submission from being accepted at this moment."""
        begun = self.open_from is None or self.open_from <= at
        return begun and (self.expires_at is None or at < self.expires_at)


def open_change_requests(reviews: QuerySet, now: datetime) -> QuerySet:
    """Of these reviews the change requests that keep their submission from being accepted: see `ChangeRequest`."""
    review, rounds = reviews.model, reviews.model._meta.get_field("round").related_model
    expired = (
        rounds._base_manager.filter(submission=OuterRef("round__submission"), pk__gt=OuterRef("round"))
        .annotate(single_approval_at=days_after("shown_at", "single_approval_days"))
        .filter(single_approval_at__lte=now)
    )
    followed = review._base_manager.filter(
        round__submission=OuterRef("round__submission"), round__gt=OuterRef("round"), reviewer=OuterRef("reviewer")
    )
    available = Membership.objects.available_for_review(now).filter(
        group=OuterRef("round__submission__group"), person=OuterRef("reviewer")
    )
    requests = reviews.filter(decision=review.Decision.REQUEST_CHANGES, withdrawn_at=None)
    return requests.filter(Exists(available), ~Exists(followed), ~Exists(expired))


@dataclass(frozen=True)
class Facts:
    """What decides whether a round is accepted. `single_approval_at`: from then on one approval is enough."""

    required: int
    single_approval_at: datetime
    approvals: int = 0
    change_requests: tuple[ChangeRequest, ...] = ()
    is_open: bool = True

    def approvals_needed(self, at: datetime) -> int:
        """How many approvals accept it at this moment."""
        return 1 if at >= self.single_approval_at else slots(self.required)

    def is_approved(self, at: datetime) -> bool:
        """Whether it is to be accepted at this moment: it is open, has enough approvals and nothing blocks it."""
        blocked = any(each.is_open(at) for each in self.change_requests)
        return self.is_open and self.approvals >= self.approvals_needed(at) and not blocked

    def accepts_at(self, now: datetime) -> datetime | None:
        """The first moment from now on in which it is approved if nobody does anything more; None if there is none.

        Exact, also where reviewers have paused until a date: time changes the answer only when one approval becomes
        enough, when a request expires, and when a reviewer's pause ends, which can open a request and closes none.
        So the first moment is now, or one of the first two kinds."""
        expiries = (each.expires_at for each in self.change_requests if each.expires_at)
        moments = sorted({now, *(each for each in (self.single_approval_at, *expiries) if each > now)})
        return next((each for each in moments if self.is_approved(each)), None)


def approvals_needed(now: datetime) -> Case:
    """How many approvals accept a round now, of rounds annotated with `single_approval_at`. An account that was closed
    lowers what is required before that is written down."""
    required = Greatest(Least(F("required_reviews"), others_sql(now)), Value(1))
    return Case(When(single_approval_at__lte=now, then=Value(1)), default=required, output_field=IntegerField())


def approved(rounds: QuerySet, now: datetime) -> QuerySet:
    """The open ones of these rounds that have enough approvals and that nothing blocks now."""
    review = rounds.model._meta.get_field("reviews").related_model
    approvals = review._base_manager.filter(round=OuterRef("pk"), decision=review.Decision.APPROVE)
    of_it = review._base_manager.filter(round__submission=OuterRef("submission"))
    return (
        is_open(rounds)
        .annotate(single_approval_at=days_after("shown_at", "single_approval_days"))
        .annotate(approvals=count(approvals, "round"), needed=approvals_needed(now))
        .filter(~Exists(open_change_requests(of_it, now)), approvals__gte=F("needed"))
    )


# When it is accepted, when it is open


def is_accepted(acceptance: datetime | None, accepts_at: datetime | None, now: datetime) -> bool:
    """Whether a round is accepted: that is written down, or the moment from which time accepts it has come."""
    return acceptance is not None or (accepts_at is not None and accepts_at <= now)


def accepted(now: datetime, path: str = "") -> Q:
    """`is_accepted`, of a round at the end of this path ("round__", or nothing for a query of rounds)."""
    return Q(**{f"{path}acceptance__isnull": False}) | Q(**{f"{path}accepts_at__lte": now})


def accepted_at(path: str = "") -> Coalesce:
    """When a round was accepted, for rounds that are."""
    return Coalesce(F(f"{path}acceptance__accepted_at"), F(f"{path}accepts_at"))


def current(rounds: QuerySet) -> QuerySet:
    """The latest round of each submission that was not withdrawn."""
    later = rounds.model._base_manager.filter(submission=OuterRef("submission"), pk__gt=OuterRef("pk"))
    return rounds.filter(~Exists(later), submission__withdrawn_at=None)


def is_open(rounds: QuerySet) -> QuerySet:
    """The current rounds of submissions that are not withdrawn, whose author is a member with an open account, and
    whose group is not archived. In Python: `why_closed` finds nothing."""
    return current(rounds).filter(Exists(authors_membership()), submission__group__archived_at=None)


def awaiting_review(rounds: QuerySet, now: datetime) -> QuerySet:
    """The open ones that are not accepted."""
    return is_open(rounds).exclude(accepted(now))


# Who may claim it


class Why(StrEnum):
    """Why a person may not review or claim a round."""

    GROUP_ARCHIVED = "group_archived"
    NOT_A_MEMBER = "not_a_member"
    OWN_SUMMARY = "own_summary"
    AUTHOR_LEFT = "author_left"
    WITHDRAWN = "submission_withdrawn"
    NEWER_REVISION = "newer_revision"
    ALREADY_REVIEWED = "already_reviewed"
    ALREADY_ACCEPTED = "already_accepted"
    CLAIM_LIMIT = "claim_limit"
    NO_FREE_SLOT = "no_free_slot"


@dataclass(frozen=True)
class ReviewerFacts:
    """One person before one round: what decides whether they may review and claim it."""

    is_archived: bool = False
    is_member: bool = True
    is_author: bool = False
    author_is_member: bool = True
    is_withdrawn: bool = False
    is_current: bool = True
    has_reviewed: bool = False
    has_reviewed_earlier: bool = False
    has_open_request: bool = False
    is_accepted: bool = False
    holds: int = 0
    slots: int = 1
    slots_taken: int = 0


def why_closed(facts: ReviewerFacts) -> Why | None:
    """Why nobody can review a round; None where it is open."""
    for applies, why in (
        (facts.is_archived, Why.GROUP_ARCHIVED),
        (not facts.author_is_member, Why.AUTHOR_LEFT),
        (facts.is_withdrawn, Why.WITHDRAWN),
        (not facts.is_current, Why.NEWER_REVISION),
    ):
        if applies:
            return why
    return None


def why_not_reviewable(facts: ReviewerFacts, *, editing: bool = False) -> Why | None:
    """Why this person may not review the round, or, `editing`, edit the review they have sent; None if they may."""
    if facts.is_archived:
        return Why.GROUP_ARCHIVED
    if not facts.is_member:
        return Why.NOT_A_MEMBER
    if facts.is_author:
        return Why.OWN_SUMMARY
    return why_closed(facts) or (Why.ALREADY_REVIEWED if facts.has_reviewed and not editing else None)


def why_not_claimable(facts: ReviewerFacts) -> Why | None:
    """Why this person may not claim the round, which they don't hold; None if they may.

    Nobody claims a third review while they hold two, unless they have reviewed an earlier revision of the same
    submission: a re-review may always be taken. Whoever has an open change request may have one slot more than the
    round has, so that they can say that it is resolved."""
    if why := why_not_reviewable(facts):
        return why
    if facts.is_accepted:
        return Why.ALREADY_ACCEPTED
    if facts.holds >= CLAIM_LIMIT and not facts.has_reviewed_earlier:
        return Why.CLAIM_LIMIT
    if facts.slots_taken >= facts.slots and not facts.has_open_request:
        return Why.NO_FREE_SLOT
    return None


def has_free_slot() -> Q:
    """Of rounds annotated with how many slots are `slots_taken`: another reviewer may have one."""
    return Q(slots_taken__lt=slots_sql())


def may_claim(*, at_limit: bool) -> Q:
    """The SQL twin of `why_not_claimable`, of rounds awaiting review in the person's groups that are annotated by
    `ReviewRoundQuerySet._with_queue_data`. `at_limit`: whether the person holds as many reviews as one may."""
    new = Q(i_am_author=False, reviewed_by_me=False, claimed_by_me=False)
    free = has_free_slot() | Q(my_request_blocks=True)
    return new & free & (Q(reviewed_before_by_me=True) if at_limit else Q())

"""The rules of review. Each is a Python function over plain facts; where queries ask it too, the SQL stands beside it.

- How many reviews a round needs: `required_reviews`. Fixed when its revision is submitted, and only ever lowered.
- What blocks it: open change requests, `ChangeRequest.is_open` · `open_change_requests`.
- When it is approved: `Facts.is_approved`. When it will be accepted without further reviews: `Facts.accepts_at`, stored
  on the round by every change, so that no query computes it. When it is accepted: `is_accepted` · `accepted`.
- When it is open: `why_closed` · `is_open`; when it awaits review: open and not accepted.
- Who holds a slot: `ClaimFacts.is_live` · `live`, `ClaimFacts.holds_slot` · `holding_slot`.
- Who may review or claim it, and why not: `why_not_reviewable`, `why_not_claimable`.

The two forms must agree for every combination of facts. The SQL takes querysets of rounds or reviews and reaches their
models through their relations. Code outside the review models doesn't query these columns itself: it uses
`Submission.objects`, `ReviewRound.objects`, `Claim.objects` and `Review.objects`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from groups.members.membership import Membership

# How many reviews one person may have claimed at once.
CLAIM_LIMIT = 2
# `Review.Decision.APPROVE`, whose module imports this one.
APPROVE = "approve"


# How many reviews


def required_reviews(setting: int, others: int) -> int:
    """Return how many reviews a round needs: the group's setting, but at most the number of other available members."""
    return min(setting, others)


def slots(required: int) -> int:
    """How many reviewers may claim a round at once: at least one, because one approval accepts it where nobody else is
    available."""
    return max(1, required)


def members_prefetch() -> Prefetch:
    """Fetches with rounds what `members_of` reads."""
    return Prefetch("submission__group__memberships", Membership.objects.with_pause(), to_attr="open_memberships")


def members_of(round: Model, now: datetime) -> dict[int, datetime | None]:
    """Return the members of a round's group whose account is open, by the key of the person: until when they have
    paused reviews, None if they have not. Takes a round fetched with `members_prefetch`."""
    return {each.person_id: each.paused_until(now) for each in round.submission.group.open_memberships}


def available_others(round: Model, members: dict[int, datetime | None]) -> set[int]:
    """Return the keys of the members who are available for review, except the author. Takes the `members_of` the round;
    the author's own pause has no effect."""
    author = round.submission.summary.author_id
    return {person for person, paused_until in members.items() if paused_until is None and person != author}


def authors_membership() -> QuerySet[Membership]:
    """In a query of rounds: the membership of the round's author, if their account is open."""
    return Membership.objects.with_open_account().filter(
        group=OuterRef("submission__group"), person=OuterRef("submission__summary__author")
    )


# What blocks it, and from when it is approved


def days_after(moment: str, days: str) -> ExpressionWrapper:
    """The moment in one column plus the number of days in another."""
    span = ExpressionWrapper(
        Cast(F(days), IntegerField()) * Value(timedelta(days=1), DurationField()), output_field=DurationField()
    )
    return ExpressionWrapper(F(moment) + span, output_field=DateTimeField())


@dataclass(frozen=True)
class ChangeRequest:
    """A review that requests changes, was not withdrawn, and was not followed by a later review of the same reviewer,
    who is a member with an open account.

    It also blocks later revisions. `expires_at` is `single_approval_days` after the next revision was shown, None while
    there is none. While its reviewer has paused reviews it is not open: `open_from` is when the pause ends."""

    expires_at: datetime | None = None
    open_from: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Return whether it blocks acceptance at this moment."""
        begun = self.open_from is None or self.open_from <= at
        return begun and (self.expires_at is None or at < self.expires_at)


def change_requests(
    reviews: Iterable[Model], rounds: Iterable[Model], members: dict[int, datetime | None]
) -> dict[int, ChangeRequest]:
    """Return the change requests among the reviews of one submission, by the key of the review. Takes all its reviews
    and rounds, and the `members_of` its group."""
    latest: dict[int | None, int] = {}
    for each in reviews:
        latest[each.reviewer_id] = max(each.round_id, latest.get(each.reviewer_id, 0))
    return {
        each.pk: ChangeRequest(
            min((one.single_approval_at for one in rounds if one.pk > each.round_id), default=None),
            open_from=members[each.reviewer_id],
        )
        for each in reviews
        if not each.approves
        and not each.withdrawn_at
        and each.round_id == latest[each.reviewer_id]
        and each.reviewer_id in members
    }


def open_change_requests(reviews: QuerySet, now: datetime) -> QuerySet:
    """Return those of the reviews that are open change requests at `now`: the SQL of `ChangeRequest.is_open`."""
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
    """The facts that decide whether a round is accepted. From `single_approval_at` on one approval is enough."""

    required: int
    single_approval_at: datetime
    approvals: int = 0
    change_requests: tuple[ChangeRequest, ...] = ()
    is_open: bool = True

    def approvals_needed(self, at: datetime) -> int:
        """Return how many approvals it needs at this moment."""
        return 1 if at >= self.single_approval_at else slots(self.required)

    def is_approved(self, at: datetime) -> bool:
        """Return whether it is open, has enough approvals and is not blocked at this moment."""
        blocked = any(each.is_open(at) for each in self.change_requests)
        return self.is_open and self.approvals >= self.approvals_needed(at) and not blocked

    def accepts_at(self, now: datetime) -> datetime | None:
        """Return the first moment from `now` on at which it is approved if no fact changes; None if there is none.

        Only three kinds of moments can change the result: when one approval becomes enough, when a change request
        expires, and when a reviewer's pause ends. The last can only open a request, so that checking `now` and the
        first two kinds is exact."""
        expiries = (each.expires_at for each in self.change_requests if each.expires_at)
        moments = sorted({now, *(each for each in (self.single_approval_at, *expiries) if each > now)})
        return next((each for each in moments if self.is_approved(each)), None)


# When it is accepted, when it is open


def is_accepted(acceptance: datetime | None, accepts_at: datetime | None, now: datetime) -> bool:
    """Return whether a round has an Acceptance or its `accepts_at` has come."""
    return acceptance is not None or (accepts_at is not None and accepts_at <= now)


def accepted(now: datetime, path: str = "") -> Q:
    """`is_accepted` as a condition on the round that `path` leads to, for example "round__"."""
    # Of the column by which the tables are joined PostgreSQL knows how many rounds have no acceptance. Of the key it
    # supposes that hardly any has none, and begins with the rounds of all groups.
    return Q(**{f"{path}acceptance__round__isnull": False}) | Q(**{f"{path}accepts_at__lte": now})


def accepted_at() -> Coalesce:
    """The date of acceptance, of rounds that are accepted."""
    return Coalesce(F("acceptance__accepted_at"), F("accepts_at"))


def current(rounds: QuerySet) -> QuerySet:
    """Return the latest round of each submission that is not withdrawn."""
    later = rounds.model._base_manager.filter(submission=OuterRef("submission"), pk__gt=OuterRef("pk"))
    return rounds.filter(~Exists(later), submission__withdrawn_at=None)


def is_open(rounds: QuerySet) -> QuerySet:
    """Return the current rounds of submissions that are not withdrawn, whose author is a member with an open account
    and whose group is not archived. In Python: `why_closed` returns None."""
    return current(rounds).filter(Exists(authors_membership()), submission__group__archived_at=None)


def awaiting_review(rounds: QuerySet, now: datetime) -> QuerySet:
    """Return the open rounds that are not accepted."""
    return is_open(rounds).exclude(accepted(now))


# Who holds a slot


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """The facts that decide whether a claim that has not ended occupies its slot. `decision` is the one of its review,
    None without a review. `is_paused`: whether its reviewer has paused reviews now."""

    expires_at: datetime
    decision: str | None
    has_open_account: bool
    is_paused: bool

    def is_live(self, now: datetime) -> bool:
        """Return whether its review is still awaited."""
        return self.decision is None and self.has_open_account and self.expires_at > now

    def holds_slot(self, now: datetime) -> bool:
        """Return whether nobody else can take its slot: it is live, or has a review. The claim of a change request
        holds its slot only while its reviewer has an open account, which counts as being in the group, and has not
        paused reviews."""
        if self.decision is None:
            return self.is_live(now)
        return self.decision == APPROVE or (self.has_open_account and not self.is_paused)


_HAS_OPEN_ACCOUNT = Q(reviewer__is_active=True)


def live(now: datetime) -> Q:
    """`ClaimFacts.is_live` as a condition on claims, those that have ended left out."""
    return _HAS_OPEN_ACCOUNT & Q(ended_at=None, expires_at__gt=now, review=None)


def holding_slot(now: datetime) -> Q:
    """`ClaimFacts.holds_slot` as a condition on claims, those that have ended left out."""
    is_available = _HAS_OPEN_ACCOUNT & (Q(reviewer__absence=None) | Q(reviewer__absence__until__lte=now))
    has_review = Q(review__decision=APPROVE) | (is_available & Q(review__isnull=False))
    return live(now) | (has_review & Q(ended_at=None))


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
    """The facts that decide whether one person may review and claim one round."""

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
    """Return why nobody can review a round; None if it is open."""
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
    """Return why this person may not review the round, or, with `editing`, edit their review of it; None if they
    may."""
    if facts.is_archived:
        return Why.GROUP_ARCHIVED
    if not facts.is_member:
        return Why.NOT_A_MEMBER
    if facts.is_author:
        return Why.OWN_SUMMARY
    return why_closed(facts) or (Why.ALREADY_REVIEWED if facts.has_reviewed and not editing else None)


def why_not_claimable(facts: ReviewerFacts) -> Why | None:
    """Return why this person, who has no claim on the round, may not claim it; None if they may.

    A person at the claim limit may only claim rounds of submissions of which they have reviewed an earlier revision. A
    person with an open change request may claim one slot beyond the round's slots, so that they can resolve it."""
    if why := why_not_reviewable(facts):
        return why
    if facts.is_accepted:
        return Why.ALREADY_ACCEPTED
    if facts.holds >= CLAIM_LIMIT and not facts.has_reviewed_earlier:
        return Why.CLAIM_LIMIT
    if facts.slots_taken >= facts.slots and not facts.has_open_request:
        return Why.NO_FREE_SLOT
    return None

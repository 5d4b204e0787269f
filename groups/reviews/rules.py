"""The rules of review. Each is a Python function over plain facts and, beside it, the same as SQL.

- How many reviews a round needs: `required_reviews`. Fixed when its revision is submitted, and only ever lowered.
- What blocks it: open change requests, `ChangeRequest.is_open` · `open_change_requests`.
- When it is approved: `Facts.is_approved` · `approved`. When it will be accepted without further reviews:
  `Facts.accepts_at`, stored on the round by every change. When it is accepted: `is_accepted` · `accepted`.
- When it is open: `Facts.is_open` · `is_open`; when it awaits review: open and not accepted.
- Who may claim it, and why not: `why_not_reviewable`, `why_not_claimable` · `has_free_slot`, `may_claim`.

The two forms must agree for every combination of facts. The SQL takes querysets of rounds, claims or reviews and
reaches their models through their relations. Code outside the review models doesn't query these columns itself: it uses
`Submission.objects` and `ReviewRound.objects`."""

from collections.abc import Iterable
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
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from groups.members.membership import Membership

# How many reviews one person may have claimed at once.
CLAIM_LIMIT = 2


# How many reviews


def required_reviews(setting: int, others: int) -> int:
    """Return how many reviews a round needs: the group's setting, but at most the number of other available members."""
    return min(setting, others)


def slots(required: int) -> int:
    """How many reviewers may claim a round at once: at least one, because one approval accepts it where nobody else is
    available."""
    return max(1, required)


def slots_sql() -> Greatest:
    """`slots` of a round, as stored."""
    return Greatest(F("required_reviews"), Value(1))


def other_members(now: datetime | None = None) -> QuerySet[Membership]:
    """In a query of rounds: the memberships with an open account in the round's group, except the author's. With `now`
    only those of members who are available for review at that time. The author's own pause has no effect."""
    memberships = (
        Membership.objects.with_open_account() if now is None else Membership.objects.available_for_review(now)
    )
    return memberships.filter(group=OuterRef("submission__group")).exclude(
        person=OuterRef("submission__summary__author")
    )


def members_prefetch() -> Prefetch:
    """Fetches with rounds what `members_of` reads."""
    return Prefetch("submission__group__memberships", Membership.objects.with_pause(), to_attr="open_memberships")


def members_of(round: Model, now: datetime) -> dict[int, datetime | None]:
    """Return the members of a round's group whose account is open, by the key of the person: until when they have
    paused reviews, None if they have not. Takes a round fetched with `members_prefetch`."""
    return {each.person_id: each.paused_until(now) for each in round.submission.group.open_memberships}


def available_others(round: Model, members: dict[int, datetime | None]) -> set[int]:
    """`other_members` with `now`, in Python: the keys of the people."""
    author = round.submission.summary.author_id
    return {person for person, paused_until in members.items() if paused_until is None and person != author}


def authors_membership() -> QuerySet[Membership]:
    """In a query of rounds: the membership of the round's author, if their account is open."""
    return Membership.objects.with_open_account().filter(
        group=OuterRef("submission__group"), person=OuterRef("submission__summary__author")
    )


def count(rows: QuerySet, by: str) -> Coalesce:
    """The number of these rows as a subquery. All rows must have the same value of `by`."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def others_sql(now: datetime) -> Coalesce:
    """The number of other members of a round's group who are available for review."""
    return count(other_members(now), "group")


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


def approvals_needed(now: datetime) -> Case:
    """The number of approvals that a round needs now, for rounds annotated with `single_approval_at`. Counts the
    available members, because a closed account lowers what is required before `required_reviews` is updated."""
    required = Greatest(Least(F("required_reviews"), others_sql(now)), Value(1))
    return Case(When(single_approval_at__lte=now, then=Value(1)), default=required, output_field=IntegerField())


def approved(rounds: QuerySet, now: datetime) -> QuerySet:
    """Return the open rounds among these that have enough approvals and no open change request."""
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
    """Return whether a round has an Acceptance or its `accepts_at` has come."""
    return acceptance is not None or (accepts_at is not None and accepts_at <= now)


def accepted(now: datetime, path: str = "") -> Q:
    """`is_accepted` as a condition on the round that `path` leads to, for example "round__"."""
    return Q(**{f"{path}acceptance__isnull": False}) | Q(**{f"{path}accepts_at__lte": now})


def accepted_at(path: str = "") -> Coalesce:
    """The date of acceptance, of rounds that are accepted."""
    return Coalesce(F(f"{path}acceptance__accepted_at"), F(f"{path}accepts_at"))


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


def has_free_slot() -> Q:
    """Match rounds with a free slot. They must be annotated with `slots_taken`."""
    return Q(slots_taken__lt=slots_sql())


def may_claim(*, at_limit: bool) -> Q:
    """`why_not_claimable` as SQL, for rounds awaiting review in the person's groups that are annotated by
    `ReviewRoundQuerySet._with_queue_data`. `at_limit`: whether the person is at the claim limit."""
    new = Q(i_am_author=False, reviewed_by_me=False, claimed_by_me=False)
    free = has_free_slot() | Q(my_request_blocks=True)
    return new & free & (Q(reviewed_before_by_me=True) if at_limit else Q())

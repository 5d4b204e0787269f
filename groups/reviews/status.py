"""The status of a round as facts, derived from its reviews and claims each time it is read.

The sentences are written in `templates/groups/reviews/status.html`, the tags in
`templates/groups/reviews/sign.html`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import IntegerChoices
from django.utils import timezone

from readlist_site.base.accounts.models import User

from . import rules


class Kind(StrEnum):
    """Whom a round is waiting for, or how it ended."""

    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    REMOVED = "removed_from_playbook"
    AUTHOR_LEFT = "author_left"
    CHANGES_REQUESTED = "changes_requested"
    IN_REVIEW = "in_review"
    AWAITING_RE_REVIEW = "awaiting_re_review"
    NEEDS_MORE = "needs_more_reviews"
    APPROVED = "approved"
    NOBODY_TO_REVIEW = "nobody_to_review"
    AWAITING_REVIEW = "awaiting_review"


# Kinds in which it needs reviewers whom the group could still give.
AWAITING_REVIEWERS = (Kind.IN_REVIEW, Kind.AWAITING_REVIEW, Kind.NEEDS_MORE)


class SignKind(StrEnum):
    """What a status tag states."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REQUEST_WITHDRAWN = "request_withdrawn"
    REQUEST_ENDED = "request_ended"
    REQUEST_OPEN = "request_open"
    REVIEWING = "reviewing"
    REVIEW_REQUESTED = "review_requested"
    REQUEST_DECLINED = "request_declined"
    NEEDS_REVIEWS = "needs_reviews"
    NOBODY_TO_REVIEW = "nobody_to_review"
    ACCEPTED = "accepted"
    REMOVED = "removed_from_playbook"
    WITHDRAWN = "withdrawn"
    AUTHOR_LEFT = "author_left"


@dataclass(frozen=True)
class StatusTag:
    """One fact as a tag, about `person` (None for a former member or nobody), with a date or number where it needs
    one."""

    kind: SignKind
    person: User | None = None
    is_mine: bool = False
    at: datetime | None = None
    number: int = 0

    @property
    def is_opinion(self) -> bool:
        """Whether it states the decision of a review or the acceptance."""
        return self.look in ("approved", "changes")

    @property
    def is_request(self) -> bool:
        """Whether it says of whom the author asked a review."""
        return self.kind in (SignKind.REVIEW_REQUESTED, SignKind.REQUEST_DECLINED)

    @property
    def look(self) -> str:
        """The tag's class."""
        match self.kind:
            case SignKind.APPROVED | SignKind.ACCEPTED:
                return "approved"
            case SignKind.CHANGES_REQUESTED | SignKind.REQUEST_OPEN:
                return "changes"
        return "mine" if self.kind in (SignKind.REVIEWING, SignKind.REVIEW_REQUESTED) and self.is_mine else ""

    @property
    def icon(self) -> str:
        return {"approved": "tick", "changes": "again"}.get(self.look, "clock")


class QueueSection(IntegerChoices):
    """The section of a member's queue that a round is in, in their order. Choices, since templates call other enums."""

    CLAIMED = 0
    AVAILABLE = 1
    WITH_OTHERS = 2
    OWN = 3


class Action(StrEnum):
    """What a person can do next about a round."""

    CONTINUE_REVIEW = "continue_review"
    CLAIM = "claim"
    FINISH_A_REVIEW = "finish_a_review"  # they are at the claim limit
    REVISE = "revise"  # changes were requested of them
    RESUBMIT = "resubmit"  # they withdrew it
    REPLACE = "replace"  # nobody has claimed it yet
    WRITE_REVISION = "write_revision"
    NONE = ""


@dataclass(frozen=True)
class Status:
    """The status of a round for one viewer. The lists of people leave out the viewer, who has flags of their own.

    `since` is when this status began. `needed` reviewers are still missing; `re_reviewers` have an open change request
    on an earlier revision and have not claimed this one."""

    kind: Kind
    since: datetime
    number: int
    author: User | None
    is_mine: bool
    status_tags: tuple[StatusTag, ...] = ()
    at: datetime | None = None
    removed_at: datetime | None = None
    requesters: tuple[User | None, ...] = ()
    i_requested: bool = False
    reviewers: tuple[User | None, ...] = ()
    reviewing_until: datetime | None = None
    my_claim: Any = None  # a Claim
    needed: int = 0
    is_reviewed: bool = False
    re_reviewers: tuple[User | None, ...] = ()
    i_am_re_reviewer: bool = False
    nobody_is_free: bool = False
    single_approval_at: datetime | None = None
    requests_expire_at: datetime | None = None

    @property
    def opinion_tags(self) -> tuple[StatusTag, ...]:
        """The tags that state the decision of a review or the acceptance."""
        return tuple(sign for sign in self.status_tags if sign.is_opinion)

    @property
    def request_tags(self) -> tuple[StatusTag, ...]:
        """The tags that say of whom the author asked a review."""
        return tuple(sign for sign in self.status_tags if sign.is_request)

    @property
    def i_am_asked(self) -> bool:
        """Whether the author asks the viewer for a review."""
        return any(sign.kind == SignKind.REVIEW_REQUESTED and sign.is_mine for sign in self.request_tags)

    @property
    def waits_for_author(self) -> bool:
        return self.kind == Kind.CHANGES_REQUESTED


def status_of(round, viewer, now: datetime | None = None) -> Status:
    """Return the status for a viewer of a round fetched `with_status`."""
    return _Reader(round, viewer, now or timezone.now()).status()


@dataclass(frozen=True)
class IfApproved:
    """What would follow from the reviewer's approval. Either it is `blocked_by` others' open change requests, or `more`
    approvals are needed after it, or the round is accepted, which others have `approved` already."""

    blocked_by: tuple[User | None, ...]
    approved: tuple[User | None, ...]
    more: int


def if_approved(round, reviewer, now: datetime) -> IfApproved:
    """Return what would follow from the reviewer's approval. Takes a round fetched `with_status`."""
    facts = _Reader(round, reviewer, now)
    approved = [review.reviewer for review in facts.approvals if review.reviewer_id != reviewer.pk]
    requests = [review for review, _ in facts.old_requests] + facts.requests
    blocked_by = [review.reviewer for review in requests if review.reviewer_id != reviewer.pk]
    return IfApproved(tuple(blocked_by), tuple(approved), max(0, facts.approvals_needed - len(approved) - 1))


class _Reader:
    """Computes the status of one round."""

    def __init__(self, round, viewer, now: datetime) -> None:
        self.round, self.viewer, self.now = round, viewer, now
        self.submission = round.submission
        self.author = self.submission.summary.author
        self.reviews = round.fetched_reviews
        self.members = rules.members_of(round, now)
        self.available = rules.available_others(round, self.members)
        blocking = round.blocking_reviews(now)
        self.approvals = [review for review in self.reviews if review.approves]
        self.requests = [review for review in self.reviews if review in blocking]
        # Open requests on earlier revisions, and the round of each.
        self.old_requests = [
            (review, each) for each in round.earlier_rounds for review in each.reviews.all() if review in blocking
        ]
        self.claims = round.live_claims
        # A closed account lowers what is required before `required_reviews` is updated.
        required = rules.required_reviews(round.required_reviews, len(self.available))
        self.approvals_needed = rules.Facts(required, round.single_approval_at).approvals_needed(now)
        self.needed = max(0, self.approvals_needed - len(self.requests) - len(self.approvals) - len(self.claims))

    def status(self) -> Status:
        submission, round = self.submission, self.round
        if submission.is_withdrawn:
            return self._ended(Kind.WITHDRAWN, SignKind.WITHDRAWN, submission.withdrawn_at)
        if accepted_at := round.accepted_by(self.now):
            if round.removed_from_playbook_at is None:
                return self._ended(Kind.ACCEPTED, SignKind.ACCEPTED, accepted_at)
            return self._ended(Kind.REMOVED, SignKind.REMOVED, accepted_at, round.removed_from_playbook_at)
        if submission.summary.author_id not in self.members:
            return self._ended(Kind.AUTHOR_LEFT, SignKind.AUTHOR_LEFT)
        kind, claims = self._kind(), [each for each in self.claims if each.reviewer != self.viewer]
        holders = {claim.reviewer_id for claim in self.claims}
        asked = {review.reviewer: None for review, _ in self.old_requests if review.reviewer_id not in holders}
        return Status(
            kind,
            self._since(kind),
            round.revision.number,
            self.author,
            self._is_mine,
            status_tags=(
                *self._opinions(),
                *self._open_requests(),
                *self._claimed(),
                *self._requested(),
                *self._needs(kind),
            ),
            requesters=self._but_me(review.reviewer for review in self.requests),
            i_requested=any(self._is_me(review.reviewer) for review in self.requests),
            reviewers=self._but_me(claim.reviewer for claim in claims),
            reviewing_until=max((claim.expires_at for claim in claims), default=None),
            my_claim=next((claim for claim in self.claims if claim.reviewer == self.viewer), None),
            needed=self.needed,
            is_reviewed=bool(self.reviews),
            re_reviewers=self._but_me(asked),
            i_am_re_reviewer=any(map(self._is_me, asked)),
            nobody_is_free=kind in AWAITING_REVIEWERS and self._nobody_is_free,
            single_approval_at=round.single_approval_at if self._patience_counts else None,
            requests_expire_at=self._requests_expire_at(),
        )

    def _ended(
        self, kind: Kind, sign: SignKind, at: datetime | None = None, removed_at: datetime | None = None
    ) -> Status:
        status_tags = (StatusTag(sign, at=removed_at or at),)
        facts = (self.round.submitted_at, self.round.revision.number, self.author, self._is_mine)
        return Status(kind, *facts, status_tags=status_tags, at=at, removed_at=removed_at)

    @property
    def _is_mine(self) -> bool:
        return self._is_me(self.author)

    def _is_me(self, person: User | None) -> bool:
        return person is not None and person == self.viewer

    def _but_me(self, people: Iterable[User | None]) -> tuple[User | None, ...]:
        return tuple(person for person in people if not self._is_me(person))

    def _kind(self) -> Kind:
        """Return whom it is waiting for. For a viewer with a claim it is in review, even if others requested
        changes."""
        if self.requests and not any(self._is_me(claim.reviewer) for claim in self.claims):
            return Kind.CHANGES_REQUESTED
        if self.claims:
            return Kind.IN_REVIEW
        if self.needed and not self.reviews:
            return Kind.AWAITING_REVIEW if self.available else Kind.NOBODY_TO_REVIEW
        if self.needed:
            return Kind.NEEDS_MORE
        return Kind.AWAITING_RE_REVIEW if self.old_requests else Kind.APPROVED

    def _since(self, kind: Kind) -> datetime:
        """Return when the round began to wait for them."""
        if kind == Kind.CHANGES_REQUESTED:
            return max(review.last_edited_at or review.submitted_at for review in self.requests)
        return self.round.submitted_at

    @property
    def _nobody_is_free(self) -> bool:
        """Whether every member who could still review it paused reviews or skipped it. Of a single one this is not
        said, since it would reveal what they did."""
        involved = {each.reviewer_id for each in (*self.reviews, *self.claims)}
        others = self.members.keys() - {self.submission.summary.author_id} - involved
        can_review = self.available - involved - {skip.reviewer_id for skip in self.round.skips.all()}
        return bool(self.needed) and not can_review and len(others) != 1

    @property
    def _patience_counts(self) -> bool:
        """Whether one approval will become enough at `single_approval_at` without anybody acting."""
        blocked = self.requests or self.old_requests
        return bool(self.approvals and self.needed) and not blocked and self.now < self.round.single_approval_at

    def _requests_expire_at(self) -> datetime | None:
        """Return when the last change request on an earlier revision expires; None if there is none."""
        rounds = list(self.submission.rounds.all())
        ends = [min(each.single_approval_at for each in rounds if each.pk > asked.pk) for _, asked in self.old_requests]
        return max(ends, default=None)

    def _opinions(self) -> list[StatusTag]:
        kinds = []
        for review in self.reviews:
            if review.ended_without_withdrawal:
                kind = SignKind.REQUEST_ENDED
            elif review.withdrawn_at:
                kind = SignKind.REQUEST_WITHDRAWN
            else:
                kind = SignKind.APPROVED if review.approves else SignKind.CHANGES_REQUESTED
            kinds.append(StatusTag(kind, review.reviewer, self._is_me(review.reviewer)))
        return kinds

    def _open_requests(self) -> list[StatusTag]:
        return [
            StatusTag(SignKind.REQUEST_OPEN, review.reviewer, self._is_me(review.reviewer), number=each.revision.number)
            for review, each in self.old_requests
        ]

    def _claimed(self) -> list[StatusTag]:
        return [
            StatusTag(SignKind.REVIEWING, claim.reviewer, self._is_me(claim.reviewer), at=claim.expires_at)
            for claim in self.claims
        ]

    def _requested(self) -> list[StatusTag]:
        """Return who is asked for a review, or that the author, unless muted, asks the viewer; to the author, also who
        declined this revision. None for a round fetched otherwise than by `status_queries`."""
        tags, holders = [], {claim.reviewer_id for claim in self.claims}
        for request in getattr(self.submission, "fetched_requests", ()):
            if request.person_id in holders or request.person_id not in self.members:
                continue
            is_me = self._is_me(request.person)
            if not self.round.is_open_request(request) or (is_me and request.is_muted):
                continue
            if not request.declined_at:
                tags.append(StatusTag(SignKind.REVIEW_REQUESTED, self.author if is_me else request.person, is_me))
            elif self._is_mine:
                tags.append(StatusTag(SignKind.REQUEST_DECLINED, request.person))
        return tags

    def _needs(self, kind: Kind) -> list[StatusTag]:
        if kind == Kind.NOBODY_TO_REVIEW:
            return [StatusTag(SignKind.NOBODY_TO_REVIEW)]
        return [StatusTag(SignKind.NEEDS_REVIEWS, number=self.needed)] if self.needed else []


def action_of(
    status: Status, *, holds: bool, may_claim: bool, is_re_review: bool, at_limit: bool, can_be_replaced: bool = False
) -> Action:
    """Return what the viewer can do next about a round. An author can always write another revision, also of a round
    that is accepted or removed from the playbook."""
    if holds:
        return Action.CONTINUE_REVIEW
    if may_claim:
        return Action.CLAIM if is_re_review or not at_limit else Action.FINISH_A_REVIEW
    if not status.is_mine:
        return Action.NONE
    if status.kind == Kind.CHANGES_REQUESTED:
        return Action.REVISE
    if status.kind == Kind.WITHDRAWN:
        return Action.RESUBMIT
    return Action.REPLACE if can_be_replaced else Action.WRITE_REVISION

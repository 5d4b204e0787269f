"""The queue of rounds that await review: how they are sorted for a member, and which one "Review next" offers them.

Computed in Python from the rows of a few narrow queries: one query that computes all of it takes longer to build and to
plan than these take to run. What decides is in `rules`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from groups.members.exceptions import ClaimLimitReached, RuleViolation
from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.mute import mutes
from readlist_site.base.web.together import RowsOf, Together

from . import rules
from .claim import Claim
from .review import Review
from .review_request import ReviewRequest
from .review_round import ReviewRound
from .round_data import fetch_with_status
from .skip import Skip
from .status import QueueSection

_COLUMNS = (
    "pk", "submission_id", "submission__group_id", "submission__summary__author_id", "required_reviews", "claim_days",
    "single_approval_days", "submitted_at", "shown_at", "skipped_by_me", "asked_me",
)  # fmt: skip
_CLAIM_COLUMNS = (
    "round_id", "reviewer_id", "expires_at", "review__decision", "reviewer__is_active", "reviewer__absence__since",
    "reviewer__absence__until",
)  # fmt: skip
_AUTHOR = "round__submission__summary__author"
_REVIEW_COLUMNS = ("round__submission_id", "round_id", "reviewer_id", "decision", "withdrawn_at", "can_resolve")


@dataclass(slots=True)
class QueuedRound:
    """A round that awaits review, as one member sees it in the queue. `more`: how many more reviewers it needs.
    `my_request_blocks`: whether an open change request of the member on an earlier revision blocks it.
    `change_requested`: whether an open change request on this revision waits for its author."""

    pk: int
    submission_id: int
    group_id: int
    slots_taken: int
    more: int
    queue_section: QueueSection
    priority: int
    day: datetime
    submitted_at: datetime
    reviews_of_author: int
    skipped_by_me: bool
    asked_me: bool
    reviewed_before_by_me: bool
    my_request_blocks: bool
    change_requested: bool

    @property
    def best_match_first(self) -> tuple:
        """The key of the order in which rounds are offered: rounds whose author asks the member for a review; those of
        which they reviewed an earlier revision; then others; rounds that are offered to other earlier reviewers first,
        or have changes requested, come after these, and rounds that the member skipped last. Among equals: fewest
        claims and reviews, earliest day of submission, authors they have reviewed least."""
        return (
            self.skipped_by_me, not self.asked_me, self.priority, self.slots_taken, self.day, self.reviews_of_author,
            self.submitted_at, self.pk,
        )  # fmt: skip

    @property
    def is_available(self) -> bool:
        return self.queue_section == QueueSection.AVAILABLE

    @property
    def is_offered(self) -> bool:
        """Whether "Review next" offers it."""
        return self.is_available and not self.skipped_by_me


_FIELDS = [each.name for each in fields(QueuedRound) if each.name != "pk"]


# So many querysets `queue_queries` returns.
QUEUE_QUERIES = 5


def queue_queries(
    user,
    now: datetime,
    *,
    groups: Iterable[int] | RowsOf | None = None,
    rounds: QuerySet[ReviewRound] | None = None,
) -> list[QuerySet]:
    """Return the querysets of which `queue_of` makes a person's queue: the rounds that await review in their groups,
    the claims of these, the reviews of their submissions, all rounds of submissions that this person requested changes
    of, and how many reviews they have given to each author. `groups`: the keys of the groups that are meant, all of
    which they are a member of; `rounds`: those that are meant."""
    here = Group.objects.visible_to(user) if groups is None else groups
    rows = (
        (ReviewRound.objects.all() if rounds is None else rounds)
        .awaiting_review(now)
        .filter(submission__group__in=here)
        .annotate(
            skipped_by_me=Exists(Skip.objects.filter(round=OuterRef("pk"), reviewer=user)),
            asked_me=Exists(_requests_to(user).filter(submission=OuterRef("submission"))),
        )
        .order_by()
        .values_list(*_COLUMNS)
    )
    submissions = RowsOf(rows, _COLUMNS.index("submission_id"))
    available = Membership.objects.available_for_review(now).filter(
        group=OuterRef("round__submission__group"), person=OuterRef("reviewer")
    )
    reviews = Review.objects.filter(round__submission__in=submissions).annotate(can_resolve=Exists(available))
    my_requests = Review.objects.open_change_requests().filter(reviewer=user, round__submission__in=submissions)
    authors = RowsOf(rows, _COLUMNS.index("submission__summary__author_id"))
    of_authors = Review.objects.filter(reviewer=user, **{f"{_AUTHOR}__in": authors})
    return [
        rows,
        Claim.objects.not_ended().filter(round__in=RowsOf(rows)).values_list(*_CLAIM_COLUMNS),
        reviews.order_by().values_list(*_REVIEW_COLUMNS),
        ReviewRound.objects.filter(submission__in=my_requests.order_by().values("round__submission"))
        .order_by("pk")
        .values_list("submission_id", "pk", "shown_at", "single_approval_days"),
        of_authors.order_by().values(_AUTHOR).annotate(number=Count("pk")).values_list(_AUTHOR, "number"),
    ]


def _requests_to(person) -> QuerySet[ReviewRequest]:
    """Return the requests to a person that are neither declined nor answered, by authors whom they haven't muted."""
    answers = Review.objects.filter(
        reviewer=person, round__submission=OuterRef("submission"), submitted_at__gte=OuterRef("requested_at")
    )
    asked = ReviewRequest.objects.filter(person=person, declined_at=None).order_by()
    return asked.filter(~Exists(answers), ~mutes(person, "submission__summary__author"))


def queue_of(
    user,
    now: datetime,
    rows: list[tuple],
    claims: list[tuple],
    reviews: list[tuple],
    rounds: list[tuple],
    of_authors: list[tuple],
) -> list[QueuedRound]:
    """Return the rounds of the rows of `queue_queries`, by section of the queue and then best match first."""
    claims_of, reviews_of = defaultdict(list), defaultdict(list)
    for round, *claim in claims:
        claims_of[round].append(claim)
    for submission, round, reviewer, decision, withdrawn_at, can_resolve in reviews:
        is_request = decision == Review.Decision.REQUEST_CHANGES and withdrawn_at is None
        reviews_of[submission].append((round, reviewer, is_request, can_resolve))
    # The last round of each submission on which a change request has expired by now, whatever was requested earlier.
    expired = {submission: pk for submission, pk, shown_at, days in rounds if shown_at + timedelta(days=days) <= now}
    given = dict(of_authors)
    found = [_queued(row, claims_of[row[0]], reviews_of[row[1]], expired, given, user, now) for row in rows]
    return sorted(found, key=lambda each: (each.queue_section, each.best_match_first))


@Together
def queue_rows(user, now: datetime, groups: list[int] | None, round: int | None) -> list[QuerySet]:
    """What `queue_of` takes: see `queue_queries`. `round`: the key of the only round that is meant."""
    rounds = None if round is None else ReviewRound.objects.filter(pk=round)
    return queue_queries(user, now, groups=groups, rounds=rounds)


def queued_rounds(
    user, now: datetime | None = None, *, groups: list[int] | None = None, round: int | None = None
) -> list[QueuedRound]:
    """Return the rounds that await review in a member's groups, by section of the queue and then best match first.
    `groups`: the keys of the groups that are meant, all of which they are a member of; `round`: the key of the only one
    that is meant. One statement."""
    now = now or timezone.now()
    if not user.is_authenticated:
        return []
    return queue_of(user, now, *queue_rows(user=user, now=now, groups=groups, round=round))


def fetch_queued(queued: list[QueuedRound], now: datetime | None = None) -> list[ReviewRound]:
    """Return these rounds in the same order, with status data and with the fields of the queue as attributes. One
    statement."""
    by_key = {each.pk: each for each in queued}
    return [as_queued(round, by_key[round.pk]) for round in fetch_with_status(list(by_key), now)]


def as_queued(round: ReviewRound, queued: QueuedRound) -> ReviewRound:
    """Return the round with the fields of the queue as attributes."""
    vars(round).update({name: getattr(queued, name) for name in _FIELDS})
    return round


def _queued(
    row: tuple,
    claims: list[tuple],
    reviews: list[tuple],
    expired: dict[int, int],
    given: dict[int, int],
    user,
    now: datetime,
) -> QueuedRound:
    pk, submission, group, author, required, claim_days, days, submitted_at, shown_at, skipped, asked_me = row
    facts_of = [(reviewer, _claim_facts(*columns, now)) for reviewer, *columns in claims]
    taken = sum(facts.holds_slot(now) for _, facts in facts_of)
    claimed = any(reviewer == user.pk and facts.is_live(now) for reviewer, facts in facts_of)
    before = [each for each in reviews if each[0] < pk]
    before_by_me = any(reviewer == user.pk for _, reviewer, *_ in before)
    before_by_others = any(reviewer not in (None, user.pk) for _, reviewer, *_ in before)
    mine = [each for each in reviews if each[1] == user.pk]
    last = max((each[0] for each in mine), default=0)
    my_request_blocks = any(
        round == last < pk and is_request and can_resolve and expired.get(submission, 0) <= round
        for round, _, is_request, can_resolve in mine
    )
    here = [each for each in reviews if each[0] == pk]
    changes_requested = any(is_request for _, _, is_request, _ in here)
    reviewed = any(reviewer == user.pk for _, reviewer, *_ in here)
    my_facts = rules.ReviewerFacts(
        has_reviewed=reviewed, has_open_request=my_request_blocks, slots=rules.slots(required), slots_taken=taken
    )
    if author == user.pk:
        section = QueueSection.OWN
    elif claimed:
        section = QueueSection.CLAIMED
    elif rules.why_not_claimable(my_facts) is None:
        section = QueueSection.AVAILABLE
    else:
        section = QueueSection.WITH_OTHERS
    needed = rules.Facts(required, shown_at + timedelta(days=days)).approvals_needed(now)
    left_to_earlier = before_by_others and submitted_at + timedelta(days=claim_days) > now
    return QueuedRound(
        pk=pk,
        submission_id=submission,
        group_id=group,
        slots_taken=taken,
        more=max(needed - taken, 0),
        queue_section=section,
        priority=0 if before_by_me else 2 if left_to_earlier or changes_requested else 1,
        day=submitted_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        submitted_at=submitted_at,
        reviews_of_author=given.get(author, 0),
        skipped_by_me=skipped,
        asked_me=asked_me,
        reviewed_before_by_me=before_by_me,
        my_request_blocks=my_request_blocks,
        # The latest round has no later one that would end a request or let it expire.
        change_requested=any(is_request and can_resolve for _, _, is_request, can_resolve in here),
    )


def _claim_facts(
    expires_at: datetime,
    decision: str | None,
    is_active: bool,
    paused_since: datetime | None,
    paused_until: datetime | None,
    now: datetime,
) -> rules.ClaimFacts:
    is_paused = paused_since is not None and (paused_until is None or paused_until > now)
    return rules.ClaimFacts(expires_at, decision, is_active, is_paused)


def claim_best_match(reviewer, group: Group, now: datetime | None = None) -> Claim | None:
    """Claim the first round that "Review next" offers a member of this group and that can be claimed, and return the
    claim; None if there is none. Raises ClaimLimitReached."""
    now = now or timezone.now()
    offered = [each for each in queued_rounds(reviewer, now, groups=[group.pk]) if each.is_offered]
    rounds = ReviewRound.objects.select_related("submission__group", "revision").in_bulk([each.pk for each in offered])
    for queued in offered:
        # A round may be gone, or another reviewer may have claimed it, since the query. Checking is cheaper than
        # waiting for the lock.
        round = rounds.get(queued.pk)
        if round is None or (not queued.my_request_blocks and round.is_full(now)):
            continue
        try:
            if claim := round.claim(reviewer, now):
                return claim
        except ClaimLimitReached:
            raise
        except RuleViolation:
            # It was accepted, revised or withdrawn since the query.
            continue
    return None

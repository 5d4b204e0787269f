"""The queue of rounds that await review, and the order in which they are offered to a member."""

from collections import defaultdict
from datetime import UTC, datetime

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Subquery, Value, When
from django.db.models.functions import Greatest, TruncDay
from django.utils import timezone

from groups.members.exceptions import ClaimLimitReached, RuleViolation
from groups.members.group import Group
from notes.revision import Answer, BasedOn
from readlist_site.base.web.together import Together, attach

from . import rules
from .acceptance_record import AcceptanceQuerySet
from .claim import Claim
from .review import Review
from .review_version import ReviewVersion
from .skip import Skip
from .submission import Submission

BEST_MATCH_FIRST = ("skipped_by_me", "priority", "slots_taken", "day", "reviews_of_author", "submitted_at", "pk")


@Together
def _playbook_texts(revisions: list[int], rounds: list[int]) -> list[models.QuerySet]:
    return [
        Answer.objects.filter(revision__in=revisions).order_by("position"),
        BasedOn.objects.filter(revision__in=revisions).order_by("position"),
        Review.objects.approving().filter(round__in=rounds).select_related("reviewer").defer("reviewer__password"),
    ]


class QueueSection(models.IntegerChoices):
    """The section of a member's queue that a round is in."""

    CLAIMED = 0, "yours to review"
    AVAILABLE = 1, "waiting for a reviewer"
    WITH_OTHERS = 2, "with others"
    OWN = 3, "your own"


class ReviewRoundQuerySet(AcceptanceQuerySet):
    def visible_to(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds of the submissions that a person may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user, now))

    def current(self) -> "ReviewRoundQuerySet":
        """Return the latest round of each submission that is not withdrawn."""
        return rules.current(self)

    def open(self) -> "ReviewRoundQuerySet":
        """Return the current rounds that can be reviewed: their author is a member with an open account, and the group
        is not archived."""
        return rules.is_open(self)

    def awaiting_review(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the open rounds that are not accepted."""
        return rules.awaiting_review(self, now or timezone.now())

    def accepted(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the accepted rounds, whether their Acceptance is written yet or not, each with its
        `acceptance_date`."""
        return self.filter(rules.accepted(now or timezone.now())).annotate(acceptance_date=rules.accepted_at())

    def not_removed(self) -> "ReviewRoundQuerySet":
        """Return the rounds that were not removed from the playbook."""
        return self.filter(acceptance__removed_from_playbook_at=None)

    def not_withdrawn(self) -> "ReviewRoundQuerySet":
        """Return the rounds of submissions that are not withdrawn."""
        return self.filter(submission__withdrawn_at=None)

    def in_playbook(self, group: Group, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds in a group's playbook, latest acceptance first: of each summary the latest accepted round,
        unless that was removed from the playbook. Selects author and topic."""
        now = now or timezone.now()
        newer = self.model.objects.filter(
            rules.accepted(now),
            submission__summary=OuterRef("submission__summary"),
            submission__group=group,
            pk__gt=OuterRef("pk"),
        )
        return (
            self.accepted(now)
            .not_removed()
            .filter(~Exists(newer), submission__group=group)
            .select_related("acceptance", "revision", "submission__summary__author", "submission__summary__topic")
            .order_by("-acceptance_date", "-pk")
        )

    def fetch_approvals(self, rounds: list[models.Model]) -> None:
        """Fetch with these rounds their answers, sources and the `approvals` that the playbook shows. One statement."""
        answers, based_on, approvals = _playbook_texts(
            revisions=[each.revision_id for each in rounds], rounds=[each.pk for each in rounds]
        )
        found = {name: defaultdict(list) for name in ("answers", "based_on", "approvals")}
        for name, rows in (("answers", answers), ("based_on", based_on)):
            for row in rows:
                found[name][row.revision_id].append(row)
        for review in approvals:
            found["approvals"][review.round_id].append(review)
        for each in rounds:
            attach(each.revision, "answers", found["answers"][each.revision_id])
            attach(each.revision, "based_on", found["based_on"][each.revision_id])
            each.approvals = found["approvals"][each.pk]

    def available_to(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds that a member may claim, best match first: rounds of which they reviewed an earlier
        revision, then others; rounds that are offered to other earlier reviewers first, or have changes requested, come
        after these, and rounds that the member skipped last. Among equals: fewest claims and reviews, earliest day of
        submission, authors they have reviewed least."""
        return (
            self._with_queue_data(user, now or timezone.now())
            .filter(queue_section=QueueSection.AVAILABLE)
            .order_by(*BEST_MATCH_FIRST)
        )

    def next_for(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return the rounds that "Review next" offers a member: those available to them that they have not skipped."""
        return self.available_to(user, now).filter(skipped_by_me=False)

    def queue_of(self, group: Group, viewer, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Return all rounds that await review in a group, with status data, by `queue_section` for the viewer: claimed
        by them, available to them, with others, their own."""
        now = now or timezone.now()
        here = self._with_queue_data(viewer, now).filter(submission__group=group)
        return here.with_status_data(now).order_by("queue_section", *BEST_MATCH_FIRST)

    def with_status_data(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Fetch all that `status_of` reads, in six queries."""
        now = now or timezone.now()
        replaced = ReviewVersion.objects.filter(review=OuterRef("pk")).order_by("-replaced_at").values("replaced_at")
        reviews = Review.objects.select_related("reviewer").annotate(last_edited_at=Subquery(replaced[:1]))
        return self.select_related(
            "revision",
            "acceptance",
            "submission__group",
            "submission__summary__author",
            "submission__summary__topic",
        ).prefetch_related(
            Prefetch("claims", Claim.objects.live(now).select_related("reviewer"), to_attr="live_claims"),
            Prefetch("submission__rounds", self.model.objects.select_related("revision")),
            Prefetch("submission__rounds__reviews", reviews),
            Prefetch("skips", Skip.objects.only("round", "reviewer")),
            rules.members_prefetch(),
        )

    def _with_queue_data(self, user, now: datetime) -> "ReviewRoundQuerySet":
        """Return the rounds awaiting review in a person's groups, annotated with `queue_section` for them and with the
        columns of `BEST_MATCH_FIRST`."""
        if not user.is_authenticated:
            return self.none()
        reviews = Review.objects.filter(round__submission=OuterRef("submission"), round__lt=OuterRef("pk"))
        slots_taken = Claim.objects.holding_slot(now).filter(round=OuterRef("pk"))
        reviews_of_author = Review.objects.filter(
            reviewer=user, round__submission__summary__author=OuterRef("submission__summary__author")
        )
        return (
            # No need for Submission.visible_to(): all members see what is not withdrawn.
            self.awaiting_review(now)
            .filter(submission__group__in=Group.objects.visible_to(user))
            .select_related(
                "revision", "submission__group", "submission__summary__author", "submission__summary__topic"
            )
            .annotate(
                slots_taken=rules.count(slots_taken, "round"),
                i_am_author=Case(
                    When(submission__summary__author=user, then=Value(True)),
                    default=Value(False),
                    output_field=models.BooleanField(),
                ),
                claimed_by_me=Exists(Claim.objects.live(now).filter(round=OuterRef("pk"), reviewer=user)),
                skipped_by_me=Exists(Skip.objects.filter(round=OuterRef("pk"), reviewer=user)),
                reviewed_by_me=Exists(Review.objects.filter(round=OuterRef("pk"), reviewer=user)),
                reviewed_before_by_me=Exists(reviews.filter(reviewer=user)),
                reviewed_before_by_others=Exists(reviews.exclude(reviewer=user).filter(reviewer__isnull=False)),
                my_request_blocks=Exists(reviews.filter(reviewer=user).blocking(now)),
                changes_requested=Exists(Review.objects.open_change_requests().filter(round=OuterRef("pk"))),
                reviews_of_author=rules.count(reviews_of_author, "reviewer"),
                day=TruncDay("submitted_at", tzinfo=UTC),
                single_approval_from=rules.days_after("shown_at", "single_approval_days"),
                left_to_earlier_until=rules.days_after("submitted_at", "claim_days"),
            )
            .annotate(
                queue_section=Case(
                    When(i_am_author=True, then=QueueSection.OWN),
                    When(claimed_by_me=True, then=QueueSection.CLAIMED),
                    When(rules.may_claim(at_limit=False), then=QueueSection.AVAILABLE),
                    default=QueueSection.WITH_OTHERS,
                    output_field=models.IntegerField(),
                ),
                more=Case(
                    When(single_approval_from__lte=now, then=Greatest(Value(1) - F("slots_taken"), Value(0))),
                    default=Greatest(rules.slots_sql() - F("slots_taken"), Value(0)),
                    output_field=models.IntegerField(),
                ),
                priority=Case(
                    When(reviewed_before_by_me=True, then=Value(0)),
                    # For `claim_days` a new revision is offered first to those who reviewed an earlier one.
                    When(reviewed_before_by_others=True, left_to_earlier_until__gt=now, then=Value(2)),
                    # The author is expected to submit a new revision.
                    When(changes_requested=True, then=Value(2)),
                    default=Value(1),
                ),
            )
        )

    def claim_best_match(self, reviewer, now: datetime | None = None) -> Claim | None:
        """Claim the first round of `next_for` that can be claimed, and return the claim; None if there is none. Raises
        ClaimLimitReached."""
        for each in self.next_for(reviewer, now):
            # Another reviewer may have claimed it since the query. Checking is cheaper than waiting for the lock.
            if not each.my_request_blocks and each.is_full(now or timezone.now()):
                continue
            try:
                if claim := each.claim(reviewer, now):
                    return claim
            except ClaimLimitReached:
                raise
            except RuleViolation:
                # It was accepted, revised or withdrawn since the query.
                continue
        return None

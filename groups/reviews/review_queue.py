"""What waits for review, and for whom: the queue of a group, in the order that is fairest to its authors."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Subquery, Value, When
from django.db.models.functions import Greatest, TruncDay
from django.utils import timezone

from groups.members.exceptions import ClaimLimitReached, RuleViolation
from groups.members.group import Group

from . import rules
from .acceptance import AcceptanceQuerySet
from .claim import Claim
from .review import Review
from .review_version import ReviewVersion
from .skip import Skip
from .submission import Submission

BEST_MATCH_FIRST = ("skipped_by_me", "priority", "slots_taken", "day", "reviews_of_author", "submitted_at", "pk")


class QueueSection(models.IntegerChoices):
    """Where a round stands in a member's queue."""

    CLAIMED = 0, "yours to review"
    AVAILABLE = 1, "waiting for a reviewer"
    WITH_OTHERS = 2, "with others"
    OWN = 3, "your own"


class ReviewRoundQuerySet(AcceptanceQuerySet):
    def visible_to(self, user) -> "ReviewRoundQuerySet":
        """The rounds of the submissions that a person may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user))

    def current(self) -> "ReviewRoundQuerySet":
        """The latest of each submission that was not withdrawn."""
        return rules.current(self)

    def open(self) -> "ReviewRoundQuerySet":
        """The current ones that can be reviewed: the author is there to answer and the group is not archived."""
        return rules.is_open(self)

    def awaiting_review(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """The open ones that their group has not accepted."""
        return rules.awaiting_review(self, now or timezone.now())

    def accepted(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """Those that their group has accepted, whether that is written down yet or not, each with its
        `acceptance_date`."""
        return self.filter(rules.accepted(now or timezone.now())).annotate(acceptance_date=rules.accepted_at())

    def not_removed(self) -> "ReviewRoundQuerySet":
        """Those that their authors did not remove from the playbook."""
        return self.filter(acceptance__removed_from_playbook_at=None)

    def not_withdrawn(self) -> "ReviewRoundQuerySet":
        """Those of submissions that their authors did not withdraw."""
        return self.filter(submission__withdrawn_at=None)

    def with_acceptance(self) -> "ReviewRoundQuerySet":
        """With what `accepted_at` needs."""
        return self.select_related("acceptance")

    def in_playbook(self, group: Group, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """The accepted rounds whose text the group's playbook holds, the latest first, with whose it is and on which
        topic: of each summary the latest that was accepted, unless its author removed that."""
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

    def with_approvals(self) -> "ReviewRoundQuerySet":
        """With the texts and the `approvals` that the playbook's page shows, in list order."""
        return self.prefetch_related(
            "revision__answers",
            "revision__based_on",
            Prefetch("reviews", Review.objects.approving().select_related("reviewer"), to_attr="approvals"),
        ).order_by("submission__summary__topic__position", "acceptance_date", "pk")

    def available_to(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """What a member may take to review, the fairest match first: what they read an earlier revision of, then what
        has fewest reviews and reviewers, then what has waited most days, then whom they have reviewed least. What they
        have passed over comes after all that."""
        return (
            self._with_queue_data(user, now or timezone.now())
            .filter(queue_section=QueueSection.AVAILABLE)
            .order_by(*BEST_MATCH_FIRST)
        )

    def next_for(self, user, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """What of it "Review next" offers them: all that they have not passed over."""
        return self.available_to(user, now).filter(skipped_by_me=False)

    def queue_of(self, group: Group, viewer, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """All that waits in a group, by its `queue_section` for the viewer: what they hold, what they may take, what is
        with others, and their own; each with its facts."""
        now = now or timezone.now()
        here = self._with_queue_data(viewer, now).filter(submission__group=group)
        return here.with_status_data(now).order_by("queue_section", *BEST_MATCH_FIRST)

    def with_status_data(self, now: datetime | None = None) -> "ReviewRoundQuerySet":
        """With all that saying their state needs, in four queries."""
        now = now or timezone.now()
        reviews = Review.objects.select_related("reviewer").annotate(
            blocks=Exists(Review.objects.filter(pk=OuterRef("pk")).blocking(now)),
            last_edited_at=Subquery(
                ReviewVersion.objects.filter(review=OuterRef("pk")).order_by("-replaced_at").values("replaced_at")[:1]
            ),
        )
        reviewed, held, skipped = (
            Exists(those.filter(round=OuterRef(OuterRef("pk")), reviewer=OuterRef("person")))
            for those in (Review.objects, Claim.objects.live(now), Skip.objects)
        )
        not_reviewing = rules.other_members().filter(~reviewed, ~held)
        can_review = rules.other_members(now).filter(~reviewed, ~held, ~skipped)
        return (
            self.annotate(
                others=rules.others_sql(now),
                not_reviewing=rules.count(not_reviewing, "group"),
                somebody_can_review=Exists(can_review),
                author_is_member=Exists(rules.authors_membership()),
            )
            .select_related(
                "revision",
                "acceptance",
                "submission__group",
                "submission__summary__author",
                "submission__summary__topic",
            )
            .prefetch_related(
                Prefetch("claims", Claim.objects.live(now).select_related("reviewer"), to_attr="live_claims"),
                Prefetch("submission__rounds", self.model.objects.select_related("revision")),
                Prefetch("submission__rounds__reviews", reviews),
            )
        )

    def _with_queue_data(self, user, now: datetime) -> "ReviewRoundQuerySet":
        """What waits in the groups of a person, with its `queue_section` for them and what the fairest match depends
        on."""
        if not user.is_authenticated:
            return self.none()
        reviews = Review.objects.filter(round__submission=OuterRef("submission"), round__lt=OuterRef("pk"))
        slots_taken = Claim.objects.holding_slot(now).filter(round=OuterRef("pk"))
        reviews_of_author = Review.objects.filter(
            reviewer=user, round__submission__summary__author=OuterRef("submission__summary__author")
        )
        return (
            # What was not withdrawn is there for all of the group.
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
                    # A new revision is left to those who know the earlier one, for as long as a claim would last.
                    When(reviewed_before_by_others=True, left_to_earlier_until__gt=now, then=Value(2)),
                    # Its author is about to change it.
                    When(changes_requested=True, then=Value(2)),
                    default=Value(1),
                ),
            )
        )

    def claim_best_match(self, reviewer, now: datetime | None = None) -> Claim | None:
        """Take the fairest match that is still to be had. None if there is none; raises ClaimLimitReached."""
        for each in self.next_for(reviewer, now):
            # Others may have taken it since the queue was read: a look costs less than waiting for the lock.
            if not each.my_request_blocks and each.is_full(now or timezone.now()):
                continue
            try:
                if claim := each.claim(reviewer, now):
                    return claim
            except ClaimLimitReached:
                raise
            except RuleViolation:
                # It was accepted, revised or taken back a moment ago.
                continue
        return None

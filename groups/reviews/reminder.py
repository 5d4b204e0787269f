"""Reminders: to finish a claimed review, and that a round still needs reviewers."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

from groups.members.membership import Membership
from readlist_site.base.notifications.notification import Notification

from . import notifications
from .claim import Claim
from .skip import Skip

MAX_REMINDERS = 3
# How long before a claim expires its reviewer is reminded. With three days: after one day, after two, and four hours
# before it expires.
BEFORE_EXPIRY = (timedelta(days=2), timedelta(days=1), timedelta(hours=4))
# How long after a revision was submitted the members who were asked to review it are reminded. If only its earlier
# reviewers were asked, the others are asked once `left_to_earlier_reviewers_until` has passed.
AFTER_SUBMISSION = (timedelta(days=2), timedelta(days=4), timedelta(days=6))

PARTS = ("round__revision", "round__submission__group", "round__submission__summary__author",
         "round__submission__summary__topic")  # fmt: skip


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def create_for_claim(self, claim: Claim) -> None:
        """Schedule the reminders of a claim. Leaves out those whose time is before the claim was taken."""
        number = next(n for n, before in enumerate(BEFORE_EXPIRY) if claim.expires_at - before > claim.taken_at)
        next_at = claim.expires_at - BEFORE_EXPIRY[number]
        self.bulk_create([self.model(claim=claim, number=number, next_at=next_at)], ignore_conflicts=True)

    def create_for_round(self, round_id: int, submitted_at: datetime) -> None:
        """Schedule the reminders that a round needs reviewers."""
        self.bulk_create(
            [self.model(round_id=round_id, next_at=submitted_at + AFTER_SUBMISSION[0])], ignore_conflicts=True
        )

    def send_due(self, now: datetime) -> int:
        """Send the reminders that are due at `now`, and return how many were sent. Of several missed times of a
        reminder only one is sent. Safe to run concurrently: each reminder is sent once."""
        of_claims = (f"claim__{part}" for part in ("reviewer", *PARTS))
        due = self.filter(next_at__lte=now).select_related(*PARTS, *of_claims)
        return sum(reminder.send(now) for reminder in due.order_by("next_at", "pk"))


class Reminder(models.Model):
    """The reminders of one claim or one round: at most three, the next one at `next_at`. `next_at` is null when none is
    left to send or there is nothing left to do."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, null=True, blank=True, related_name="reminder")
    round = models.OneToOneField(
        "groups.ReviewRound", on_delete=models.CASCADE, null=True, blank=True, related_name="reminder"
    )
    number = models.PositiveSmallIntegerField(default=0, help_text="How many of them have had their time.")
    next_at = models.DateTimeField(null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(claim__isnull=False, round=None) | Q(claim=None, round__isnull=False),
                name="groups_reminder_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(number__lte=MAX_REMINDERS), name="groups_at_most_three_reminders"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="groups_reminders_to_come")
        ]

    def __str__(self) -> str:
        return f"Reminder of {self.claim or self.round}"

    @property
    def moments(self) -> list[datetime]:
        """When each reminder is due. Those of a claim are moved by its renewal, because they count back from
        `expires_at`."""
        if self.claim:
            return [self.claim.expires_at - before for before in BEFORE_EXPIRY]
        return [self.round.submitted_at + after for after in AFTER_SUBMISSION]

    @transaction.atomic
    def send(self, now: datetime) -> bool:
        """Send the reminder if it is due and still needed, and schedule the next one. Return whether it was sent to
        anybody. A conditional update of the row ensures that concurrent calls send it once."""
        is_time = self.number < MAX_REMINDERS and self.moments[self.number] <= now
        # Skip the times that have passed: several missed reminders are not sent at once.
        number = next((n for n, at in enumerate(self.moments) if n >= self.number and at > now), MAX_REMINDERS)
        if self.claim:
            is_due_still = self._claim_is_live(now)
        else:
            is_due_still = type(self.round).objects.awaiting_review(now).filter(pk=self.round_id).exists()
        next_at = self.moments[number] if is_due_still and number < MAX_REMINDERS else None
        mine = Reminder.objects.filter(pk=self.pk, number=self.number, next_at=self.next_at)
        if not mine.update(number=number, next_at=next_at) or not (is_due_still and is_time):
            return False
        key = f"reminder-{self.pk}-{self.number}"
        if self.claim:
            notifications.remind_reviewer(self.claim, key, now)
            return True
        free = self._free_reviewers(now)
        review_needed = self._notified(notifications.REVIEW_NEEDED)
        revised = self._notified(notifications.REVISED)
        told = [each for each in free if each.pk in review_needed | revised]
        notifications.remind_review_needed(self.round, told, key, now)
        if not review_needed and now >= self.round.left_to_earlier_reviewers_until:
            others = [each for each in free if each.pk not in revised]
            notifications.notify_review_needed(self.round, others, now)
        return bool(free)

    def _claim_is_live(self, now: datetime) -> bool:
        here = Membership.objects.available_for_review(now).filter(
            group__archived_at=None, group=self.claim.round.submission.group_id, person=self.claim.reviewer_id
        )
        held = self.claim.reviewer_id and Claim.objects.awaited_from(self.claim.reviewer, now).filter(pk=self.claim.pk)
        return bool(held) and here.exists()

    def _notified(self, kind: str) -> set[int]:
        """Return the keys of the people who were sent a notification of this kind about the round."""
        return set(Notification.objects.filter(key=f"{kind}-{self.round_id}").values_list("person", flat=True))

    def _free_reviewers(self, now: datetime) -> list:
        """Return the members who could claim the round now and have not skipped it; none if it has no free slot."""
        if self.round.is_full(now):
            return []
        took = self.round.claims.filter(Q(ended_at=None) | Q(review__isnull=False)).values("reviewer")
        passed = Skip.objects.filter(round=self.round).values("reviewer")
        there = Membership.objects.available_for_review(now).filter(group=self.round.submission.group_id)
        there = there.exclude(person=self.round.submission.summary.author_id)
        there = there.exclude(person__in=took.filter(reviewer__isnull=False)).exclude(person__in=passed)
        return [each.person for each in there.select_related("person")]

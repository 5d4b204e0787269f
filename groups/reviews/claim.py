"""A reviewer's claim on a round: nobody is assigned; who claims one has as many days as the round says."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from . import notifications, rules

# Who has closed their account is gone as if they had left.
REVIEWER_HAS_OPEN_ACCOUNT = Q(reviewer__is_active=True)
APPROVED = Q(review__decision="approve")


def reviewer_is_available(now: datetime) -> Q:
    """Whose reviewer is not away: can say of a request whether it is met."""
    return REVIEWER_HAS_OPEN_ACCOUNT & (Q(reviewer__absence=None) | Q(reviewer__absence__until__lte=now))


def in_three_days() -> datetime:
    """Where a claim does not say when it ends. Claims that are taken last as long as their round says."""
    return timezone.now() + timedelta(days=3)


class ChangeRequestEnd(models.TextChoices):
    """Why a request for changes ended before its reviewer reviewed a later revision."""

    WITHDRAWN = "withdrawn", "withdrawn by its reviewer"
    REVIEWER_LEFT = "reviewer_left", "its reviewer left the group"
    REVIEWER_PAUSED = "reviewer_paused", "its reviewer paused reviews"
    SLOT_TAKEN = "slot_taken", "another reviewer took its slot"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def live(self, now: datetime | None = None) -> "ClaimQuerySet":
        """Those whose reviewer is there and still has time, and has not given the review yet."""
        return self.filter(REVIEWER_HAS_OPEN_ACCOUNT, ended_at=None, expires_at__gt=now or timezone.now(), review=None)

    def not_ended(self) -> "ClaimQuerySet":
        """Those that nobody has ended: also expired ones, which will do as long as nobody else has taken their slot."""
        return self.filter(ended_at=None)

    def holding_slot(self, now: datetime | None = None) -> "ClaimQuerySet":
        """Those that take up a slot: the live ones, and those whose review was given. A request for changes counts as
        long as its reviewer is here to say that it is met: where it does not stand, another may have its place."""
        now = now or timezone.now()
        held = REVIEWER_HAS_OPEN_ACCOUNT & Q(review=None, expires_at__gt=now)
        return self.filter(APPROVED | held | (reviewer_is_available(now) & Q(review__isnull=False)), ended_at=None)

    def awaited_from(self, person, now: datetime | None = None) -> "ClaimQuerySet":
        """What a person has taken to review and the group still waits for, the first to lapse first.

        Nobody waits for a review whose author has left."""
        now = now or timezone.now()
        author_is_member = {
            "round__submission__group__memberships__person": F("round__submission__summary__author"),
            "round__submission__summary__author__is_active": True,
        }
        return (
            self.live(now)
            .filter(
                reviewer=person,
                round__submission__withdrawn_at=None,
                round__submission__group__archived_at=None,
                **author_is_member,
            )
            .exclude(rules.accepted(now, "round__"))
            .select_related(
                "round__revision", "round__submission__group", "round__submission__summary__author",
                "round__submission__summary__topic",
            )
            .order_by("expires_at", "pk")
        )  # fmt: skip

    def at_claim_limit(self, person, now: datetime | None = None) -> bool:
        """Whether a person holds as many reviews as one may at once."""
        return self.awaited_from(person, now).count() >= rules.CLAIM_LIMIT

    def end(self, now: datetime) -> int:
        """Give up these holds, but for those whose review was given: they keep their slot."""
        return self.filter(ended_at=None, review=None).update(ended_at=now)

    def renew(self, now: datetime | None = None) -> int:
        """Begin the time of these claims anew: their holder is writing. One that has expired or ended stays so; that is
        checked in the same statement that changes it."""
        now, renewed = now or timezone.now(), 0
        keys_by_days: dict[int, list[int]] = {}
        for key, claim_days in self.live(now).values_list("pk", "round__claim_days"):
            keys_by_days.setdefault(claim_days, []).append(key)
        for claim_days, keys in keys_by_days.items():
            still_held = Claim.objects.filter(pk__in=keys, ended_at=None, expires_at__gt=now)
            renewed += still_held.update(expires_at=now + timedelta(days=claim_days))
        return renewed


class Claim(models.Model):
    """Takes one of the round's slots. Lapses at `expires_at` unless its review has been given, which keeps the slot."""

    round = models.ForeignKey("groups.ReviewRound", on_delete=models.CASCADE, related_name="claims")
    slot = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="claims")
    taken_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_three_days)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "slot"], condition=models.Q(ended_at=None), name="groups_one_claim_per_slot"
            ),
            models.UniqueConstraint(
                fields=["round", "reviewer"],
                condition=models.Q(ended_at=None),
                name="groups_one_live_claim_per_reviewer",
            ),
            models.CheckConstraint(condition=models.Q(slot__gte=1), name="groups_slot_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer or 'former member'} holds {self.round}"

    @transaction.atomic
    def release(self, now: datetime | None = None) -> None:
        """Give it back, for somebody else to take. Raises Archived."""
        now, submission = now or timezone.now(), self.round.submission
        submission.group.lock()
        submission.group.refuse_if_archived()
        Claim.objects.filter(pk=self.pk).end(now)
        notifications.resolve_review_needed(submission.notification_key, now, self.reviewer)

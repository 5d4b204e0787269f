"""A reviewer's claim on a round. Nobody is assigned: members claim rounds themselves, for the round's `claim_days`."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from readlist_site.base.web.together import Together

from . import notifications, rules


def in_three_days() -> datetime:
    """The default of `Claim.expires_at`. `ReviewRound.claim` always sets it by the round's `claim_days`."""
    return timezone.now() + timedelta(days=3)


class ChangeRequestEnd(models.TextChoices):
    """Why a change request ended before its reviewer reviewed a later revision."""

    WITHDRAWN = "withdrawn", "withdrawn by its reviewer"
    REVIEWER_LEFT = "reviewer_left", "its reviewer left the group"
    REVIEWER_PAUSED = "reviewer_paused", "its reviewer paused reviews"
    SLOT_TAKEN = "slot_taken", "another reviewer took its slot"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def live(self, now: datetime | None = None) -> "ClaimQuerySet":
        """Return the claims that have neither ended nor expired, have no review yet, and whose reviewer has an open
        account."""
        return self.filter(rules.live(now or timezone.now()))

    def not_ended(self) -> "ClaimQuerySet":
        """Return the claims that have not ended, the expired ones included: these are valid until another reviewer
        takes the slot."""
        return self.filter(ended_at=None)

    def holding_slot(self, now: datetime | None = None) -> "ClaimQuerySet":
        """Return the claims that occupy a slot: live ones, and those with a review. The claim of a change request
        occupies its slot only while its reviewer has an open account and has not paused reviews; otherwise another
        reviewer may take it."""
        return self.filter(rules.holding_slot(now or timezone.now()))

    def awaited_from(self, person, now: datetime | None = None) -> "ClaimQuerySet":
        """Return a person's live claims whose review is still needed, the first to expire first. Leaves out rounds that
        are accepted, withdrawn or in an archived group, and those whose author has left or closed their account."""
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

    def at_claim_limit(self, person) -> bool:
        """Return whether a person has claimed as many reviews as `rules.CLAIM_LIMIT` allows."""
        (claims,) = claim_rows(person=person, now=timezone.now())
        return len(claims) >= rules.CLAIM_LIMIT

    def end(self, now: datetime) -> int:
        """End the claims that have no review, and return how many. A claim with a review keeps its slot."""
        return self.filter(ended_at=None, review=None).update(ended_at=now)

    def renew(self, now: datetime | None = None) -> int:
        """Extend the live ones of these claims to `claim_days` from `now`, and return how many. Called while the
        reviewer types. The update repeats the condition, so that a claim that ends or expires meanwhile is not
        revived."""
        now, renewed = now or timezone.now(), 0
        keys_by_days: dict[int, list[int]] = {}
        for key, claim_days in self.live(now).values_list("pk", "round__claim_days"):
            keys_by_days.setdefault(claim_days, []).append(key)
        for claim_days, keys in keys_by_days.items():
            still_held = Claim.objects.filter(pk__in=keys, ended_at=None, expires_at__gt=now)
            renewed += still_held.update(expires_at=now + timedelta(days=claim_days))
        return renewed


class Claim(models.Model):
    """Occupies one of the round's slots. Expires at `expires_at` unless it has a review, which keeps the slot."""

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
        """End the claim, so that another member can take its slot, and resolve requests to its reviewer. A claim with a
        review does not end. Locks the group. Raises GroupArchived."""
        now, submission = now or timezone.now(), self.round.submission
        submission.group.lock()
        submission.group.refuse_if_archived()
        Claim.objects.filter(pk=self.pk).end(now)
        notifications.resolve_review_needed(submission, now, self.reviewer)


@Together
def claim_rows(person, now: datetime) -> list[models.QuerySet]:
    """The keys of a person's claims, as many as count for the limit."""
    return [Claim.objects.awaited_from(person, now).order_by().values_list("pk", flat=True)]

"""A reviewer's hold on a round: nobody is assigned, whoever takes one has three days."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from .round import Round

LASTS = timedelta(days=3)


def in_three_days() -> datetime:
    return timezone.now() + LASTS


class Claim(models.Model):
    """Takes one of the round's slots. Lapses at `expires_at` unless its review has been given, which keeps the slot."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="claims")
    slot = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="claims")
    taken_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_three_days)
    ended_at = models.DateTimeField(null=True, blank=True)

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

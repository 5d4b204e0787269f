"""One revision's turn at being reviewed in one group."""

from django.db import models
from django.utils import timezone

from notes.models import Revision

from .submission import Submission


class Round(models.Model):
    """`wanted` reviews are asked for: min(2, other active members) when it is submitted, only ever lowered.

    With nobody else in the group `wanted` is 0; one approval is then still what accepts it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rounds")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rounds")
    wanted = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["submission", "submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "revision"], name="groups_one_round_per_revision"),
            models.CheckConstraint(condition=models.Q(wanted__lte=2), name="groups_wanted_at_most_two"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, revision {self.revision.number}"

    @property
    def slots(self) -> int:
        """How many reviewers may hold it at once."""
        return max(1, self.wanted)

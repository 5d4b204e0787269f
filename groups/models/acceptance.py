"""The group's yes to a revision."""

from django.db import models
from django.utils import timezone

from .round import Round


class Acceptance(models.Model):
    """Written once, with its date; no change of membership undoes it. What it accepts stands in the playbook."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="acceptance")
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["accepted_at"]

    def __str__(self) -> str:
        return f"{self.round}, accepted {self.accepted_at:%d %B %Y}"

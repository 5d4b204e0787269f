"""The group's yes to a revision."""

from datetime import datetime

from django.db import models
from django.utils import timezone


class Acceptance(models.Model):
    """Written once, with its date; no change of membership undoes it. Until it is written, `accepts_at` of the round
    says the same: ask `ReviewRound.objects.accepted()`. What it accepts is in the playbook, until a newer revision is
    accepted or its author removes it."""

    round = models.OneToOneField("groups.ReviewRound", on_delete=models.CASCADE, related_name="acceptance")
    accepted_at = models.DateTimeField(default=timezone.now)
    removed_from_playbook_at = models.DateTimeField(
        null=True, blank=True, help_text="When its author took it from the playbook."
    )

    class Meta:
        ordering = ["accepted_at"]

    def __str__(self) -> str:
        return f"{self.round}, accepted {self.accepted_at:%d %B %Y}"

    def remove_from_playbook(self, now: datetime | None = None) -> None:
        """Remove it from the playbook: `Submission.remove_from_playbook` does so. That the group accepted it stays on
        record; the first date is the one that counts. Raises Archived."""
        self.round.submission.group.refuse_if_archived()
        Acceptance.objects.filter(pk=self.pk, removed_from_playbook_at=None).update(
            removed_from_playbook_at=now or timezone.now()
        )
        self.refresh_from_db(fields=["removed_from_playbook_at"])

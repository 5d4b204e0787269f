"""Somebody's way into a group by a link: what its uses are counted by."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .invitation import Invitation


class InvitationUse(models.Model):
    """Whoever comes back by the same link has used it once."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "person"], name="groups_one_arrival_per_link"),
        ]

    def __str__(self) -> str:
        return f"{self.person} by {self.invitation}"

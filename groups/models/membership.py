"""One person's place in one group."""

from django.conf import settings
from django.db import models

from .group import Group


class Membership(models.Model):
    """Leaving deletes the row; what the person wrote for the group stays."""

    class Rank(models.TextChoices):
        OWNER = "owner", "owner"
        MODERATOR = "moderator", "moderator"
        MEMBER = "member", "member"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    rank = models.CharField(max_length=10, choices=Rank.choices, default=Rank.MEMBER)
    hides_reading = models.BooleanField(
        "hide my reading from this group", default=False, help_text="What you submit stays visible."
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="groups_one_membership"),
            models.CheckConstraint(
                condition=models.Q(rank__in=["owner", "moderator", "member"]), name="groups_rank_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"

    @property
    def moderates(self) -> bool:
        """May remove what others wrote, and invite."""
        return self.rank in {self.Rank.OWNER, self.Rank.MODERATOR}

"""The record of memberships that ended: for those who moderate the group, and who was removed for all members."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .group import Group


class MembershipLogQuerySet(models.QuerySet["MembershipLogEntry"]):
    def visible_to(self, user) -> "MembershipLogQuerySet":
        """Return the entries that a person may see: all of the groups that they moderate, and the public ones of the
        groups that they are in. Only moderators may read `why`."""
        shown = models.Q(is_public=True, group__in=Group.objects.visible_to(user))
        return self.filter(shown | models.Q(group__in=Group.objects.moderated_by(user)))

    def moderated_by(self, user) -> "MembershipLogQuerySet":
        """Return the entries of the groups that a person moderates."""
        return self.filter(group__in=Group.objects.moderated_by(user))


class MembershipLogEntry(models.Model):
    """Written each time a membership ends."""

    class Event(models.TextChoices):
        LEFT = "left", _("left")
        REMOVED = "removed", _("was removed")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="membership_log")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    event = models.CharField(max_length=7, choices=Event.choices)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    is_public = models.BooleanField(
        default=False,
        db_default=False,
        help_text="All members can read it, but for the reason. Removals by a moderator are, since 0.7.0.",
    )

    objects = MembershipLogQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = _("membership log entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(event="removed") | models.Q(event="left", removed_by=None, why=""),
                name="groups_departure_left_or_removed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or 'former member'} {self.get_event_display()} ({self.group})"

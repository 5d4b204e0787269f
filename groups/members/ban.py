"""Bans of removed members from joining a group again."""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from readlist_site.base.accounts.models import User

from .group import Group


class BanQuerySet(models.QuerySet["Ban"]):
    def visible_to(self, user) -> "BanQuerySet":
        """Return the bans in the groups that a person moderates. Banned people can't see them."""
        return self.filter(group__in=Group.objects.moderated_by(user))

    def in_force(self) -> "BanQuerySet":
        """Return the bans that were not ended by `unban`."""
        return self.filter(unbanned_at=None)


class Ban(models.Model):
    """A person banned from joining a group. Unbanning keeps the row, as a record of who banned and unbanned them, and
    when."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="bans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    banned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    banned_at = models.DateTimeField(default=timezone.now)
    unbanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    unbanned_at = models.DateTimeField(null=True, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        ordering = ["-banned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person"], condition=models.Q(unbanned_at=None), name="groups_one_standing_ban"
            ),
            models.CheckConstraint(
                condition=models.Q(unbanned_at__isnull=False) | models.Q(unbanned_by=None),
                name="groups_ban_lifted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} out of {self.group}"

    @transaction.atomic
    def unban(self, *, by: User) -> None:
        """End the ban, so that the person can join by an invitation link. A second call keeps the first date. Locks the
        group. Raises GroupArchived."""
        self.group.lock()
        self.group.refuse_if_archived()
        Ban.objects.in_force().filter(pk=self.pk).update(unbanned_at=timezone.now(), unbanned_by=by)

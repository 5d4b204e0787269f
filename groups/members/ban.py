"""Somebody who was removed and is not to come back, by whatever link."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from .group import Group

if TYPE_CHECKING:
    from readlist_site.base.accounts.models import User


class BanQuerySet(models.QuerySet["Ban"]):
    def visible_to(self, user) -> "BanQuerySet":
        """Those from the groups that a person moderates. Whom it concerns isn't told."""
        return self.filter(group__in=Group.objects.moderated_by(user))

    def in_force(self) -> "BanQuerySet":
        """Those that nobody has lifted."""
        return self.filter(unbanned_at=None)


class Ban(models.Model):
    """Lifting it keeps the row: who did what, and when, stays on record."""

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
    def unban(self, *, by: "User", now: datetime | None = None) -> None:
        """They may come back by a link. Once is enough; the first time stands."""
        self.group.lock()
        self.group.refuse_if_archived()
        Ban.objects.in_force().filter(pk=self.pk).update(unbanned_at=now or timezone.now(), unbanned_by=by)

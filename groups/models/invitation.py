"""A link by which people join a group."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from groups.refused import Refused

from .group import Group
from .membership import Membership

LASTS = timedelta(days=14)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def in_two_weeks() -> datetime:
    return timezone.now() + LASTS


class Closed(Refused):
    """The link lets nobody in any more."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user) -> "InvitationQuerySet":
        """The links to the groups that a person moderates: whoever sees one may pass it on or take it back."""
        return self.filter(group__in=Group.objects.moderated_by(user))

    def open(self) -> "InvitationQuerySet":
        """Those that still let people in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Whoever holds the link may join until it expires or is revoked."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=in_two_weeks)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"to {self.group} until {self.expires_at:%d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("join", args=[self.token])

    @property
    def is_open(self) -> bool:
        """Whether it still lets people in."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @transaction.atomic
    def accept(self, person, *, hides_reading: bool) -> Membership:
        """Let a person in. Who is in already stays as they are. Raises Closed if the link has just been closed."""
        self.group.lock()
        if not Invitation.objects.open().filter(pk=self.pk).exists():
            raise Closed("This link no longer works.")
        membership, _ = self.group.memberships.get_or_create(person=person, defaults={"hides_reading": hides_reading})
        return membership

    def revoke(self) -> None:
        """Take the link back. Once is enough; the first time stands."""
        Invitation.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())

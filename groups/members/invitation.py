"""Invitation links: the links themselves, who joined by them, and who signed up by one and has not joined yet."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.models import User
from readlist_site.base.web.time_filters import long_date

from .ban import Ban
from .exceptions import RuleViolation
from .group import Group
from .membership import Membership
from .notifications import notify_joined

DAYS = 14


def new_token() -> str:
    return secrets.token_urlsafe(24)


def in_two_weeks() -> datetime:
    return timezone.now() + timedelta(days=DAYS)


class InvitationClosed(RuleViolation):
    """The link can't be used, at all or by this person."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user) -> "InvitationQuerySet":
        """Return the links to the groups that a person moderates, and a person's own links to groups in which all
        members may invite. Anyone who sees a link can pass it on or revoke it."""
        own = Q(invited_by=user.pk, group__in=Group.objects.invitable_by(user))
        return self.filter(own | Q(group__in=Group.objects.moderated_by(user)))

    def open(self) -> "InvitationQuerySet":
        """Return the links that are neither expired nor revoked, have uses left, and lead to a group that is not
        archived."""
        still = self.filter(revoked_at=None, expires_at__gt=timezone.now(), group__archived_at=None).with_use_count()
        return still.filter(Q(max_uses=None) | Q(use_count__lt=F("max_uses")))

    def open_to(self, person) -> "InvitationQuerySet":
        """Return the open links that this person may use: not those to groups that they are banned from."""
        banned = Ban.objects.in_force().filter(person=person.pk).values("group")
        return self.open().exclude(group__in=banned)

    def with_use_count(self) -> "InvitationQuerySet":
        """Annotate each with its `use_count`: how many people have joined by it."""
        uses = InvitationUse.objects.filter(invitation=OuterRef("pk"))
        counted = uses.values("invitation").annotate(n=Count("pk")).values("n")
        return self.annotate(use_count=Coalesce(Subquery(counted), 0))

    @transaction.atomic
    def make(self, group: Group, by: User, *, days: int = DAYS, max_uses: int | None = None) -> "Invitation":
        """Create a link that is valid for so many days and uses. Locks the group. Raises GroupArchived, and
        RuleViolation ("may_not_invite")."""
        group.lock()
        group.refuse_if_archived()
        if not Group.objects.invitable_by(by).filter(pk=group.pk).exists():
            raise RuleViolation("may_not_invite", group=group)
        expires_at = timezone.now() + timedelta(days=days)
        return self.create(group=group, invited_by=by, expires_at=expires_at, max_uses=max_uses)


class Invitation(models.Model):
    """Anyone with the link can join until it expires, is revoked, or has no uses left. Banned people can't."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("group"))
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("works until"), default=in_two_weeks)
    max_uses = models.PositiveSmallIntegerField(null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(max_uses=None) | models.Q(max_uses__gte=1), name="groups_invitation_has_uses"
            ),
        ]

    def __str__(self) -> str:
        until = long_date(self.expires_at)
        return gettext("Invitation to %(group)s until %(date)s") % {"group": self.group, "date": until}

    def get_absolute_url(self) -> str:
        return reverse("join", args=[self.token])

    @property
    def is_open(self) -> bool:
        """Whether the link can be used."""
        return Invitation.objects.open().filter(pk=self.pk).exists()

    @transaction.atomic
    def accept(self, person, *, hides_reading: bool) -> Membership:
        """Join the group, and return the membership; an existing one is returned unchanged. What was posted before is
        read: see `groups.threads.membership_triggers`. Notifies the owner and who created the link. Locks the group.
        Raises InvitationClosed if the link can't be used by this person."""
        self.group.lock()
        if membership := self.group.membership_of(person):
            return membership
        if not Invitation.objects.open_to(person).filter(pk=self.pk).exists():
            raise InvitationClosed("invitation_closed")
        self.uses.get_or_create(person=person)
        membership, now = self.group.memberships.create(person=person, hides_reading=hides_reading), timezone.now()
        # A returning member may have summaries and reviews in the group.
        self.group.submissions.update_accepts_at(now)
        notify_joined(membership, self.invited_by, now)
        return membership

    def revoke(self) -> None:
        """Revoke the link. A second call keeps the first date."""
        Invitation.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())


class InvitationUse(models.Model):
    """A use of a link. Joining again by the same link is not counted again."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "person"], name="groups_one_arrival_per_link"),
        ]

    def __str__(self) -> str:
        return f"{self.person} by {self.invitation}"


class Guest(models.Model):
    """A person who signed up by a link, the last one if there were several, and has not joined yet. Deleted when they
    join."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="guests")

    def __str__(self) -> str:
        return f"{self.person}, invited {self.invitation}"

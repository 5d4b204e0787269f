"""One person's membership of one group, and what its role permits. `groups.leaving.leave` ends it."""

import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.models import User

from .absence import Absence
from .exceptions import RuleViolation
from .group import Group
from .handle import MAX_LENGTH, handle_key, make_handle
from .notifications import notify_role

FOREVER = datetime.max.replace(tzinfo=UTC)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user) -> "MembershipQuerySet":
        """Return the memberships of the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))

    def with_open_account(self) -> "MembershipQuerySet":
        """Return the memberships of people whose account is open."""
        return self.filter(person__is_active=True)

    def moderators(self) -> "MembershipQuerySet":
        """Return the memberships of those who own or moderate their group."""
        return self.filter(Q(role=Membership.Role.MODERATOR) | Q(person=F("group__owner")))

    def with_person(self) -> "MembershipQuerySet":
        """Select the people, too, without their passwords."""
        return self.select_related("person").defer("person__password")

    def available_for_review(self, now: datetime | None = None) -> "MembershipQuerySet":
        """Return the memberships of people whose account is open and who have not paused reviews."""
        away = Absence.objects.current(now).filter(person=OuterRef("person"))
        return self.with_open_account().filter(~Exists(away))

    def with_pause(self) -> "MembershipQuerySet":
        """Annotate what `Membership.paused_until` reads, and select nothing else of the person."""
        return self.with_open_account().annotate(pause=F("person__absence"), pause_ends_at=F("person__absence__until"))

    def in_succession_to(self, owner) -> "MembershipQuerySet":
        """Return the memberships of the others with an open account, in the order in which they follow a group's owner
        whose account is deleted: moderators first, and who has been in the group longest."""
        moderators_first = Case(When(role=Membership.Role.MODERATOR, then=0), default=1)
        return self.with_open_account().exclude(person=owner).order_by(moderators_first, "joined_at", "pk")

    def role_changeable_by(self, user) -> "MembershipQuerySet":
        """Return the memberships whose role a person can change: those of others in the groups they own."""
        return self.filter(group__owner=user).exclude(person=user) if user.is_authenticated else self.none()

    @transaction.atomic
    def add_handles(self) -> None:
        """Give a handle to those without one: servers of the release before add memberships without. Locks the
        groups."""
        for each in self.filter(handle_key="").select_related("group", "person").order_by("group", "pk"):
            if each.lock():
                each.handle = make_handle(each.person.display_name, each._handle_keys())
                each.handle_key = handle_key(each.handle)
                each.save(update_fields=["handle", "handle_key"])

    def removable_by(self, user) -> "MembershipQuerySet":
        """Return the memberships that a person may end: an owner those of all others, a moderator those of members."""
        ranked_lower = Q(role=Membership.Role.MEMBER, group__in=Group.objects.moderated_by(user))
        theirs = self.filter(Q(group__owner=user) | ranked_lower) if user.is_authenticated else self.none()
        return theirs.exclude(person=user).exclude(person=F("group__owner"))


class Membership(models.Model):
    """Leaving deletes the row; what the person wrote for the group stays. `Group.owner` says who owns the group."""

    class Role(models.TextChoices):
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")

    class FollowLevel(models.TextChoices):
        """Of which threads of the group a member is told. What they follow or mute themselves goes before it; that they
        follow what they posted in does so for all but NOTHING."""

        ALL = "all", _("All new threads and replies")
        MINE = "mine", _("Only threads that you take part in or follow")
        NOTHING = "nothing", _("Only mentions of you by name, and what you follow yourself")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    hides_reading = models.BooleanField(
        _("hide my reading from this group"), default=False, help_text=_("What you submit stays visible.")
    )
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    follow_level = models.CharField(
        max_length=8,
        choices=FollowLevel.choices,
        default=FollowLevel.ALL,
        db_default=FollowLevel.ALL,
        editable=False,
    )
    handle = models.CharField(
        _("handle"),
        max_length=MAX_LENGTH,
        blank=True,
        db_default="",
        default="",
        help_text=_("Others in the group mention you by it: @handle."),
    )
    handle_key = models.CharField(
        max_length=2 * MAX_LENGTH, db_default="", default="", editable=False, help_text="Unique in the group."
    )
    read_to = models.BigIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="The key of the newest post that is read in threads without a read position.",
    )
    feed_token = models.CharField(
        max_length=43,
        unique=True,
        null=True,
        editable=False,
        help_text="The secret of the address of the group’s feed.",
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("members")
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="groups_one_membership"),
            models.UniqueConstraint(
                fields=["group", "handle_key"], condition=~Q(handle_key=""), name="groups_one_handle_of_a_kind"
            ),
            models.CheckConstraint(condition=models.Q(role__in=["moderator", "member"]), name="groups_rank_known"),
            models.CheckConstraint(
                condition=models.Q(follow_level__in=["all", "mine", "nothing"]), name="groups_follow_level_known"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(person)s in %(group)s") % {"person": self.person, "group": self.group}

    def save(self, *args, **kwargs) -> None:
        """Save it; a new one with a handle made of the person's name."""
        if self._state.adding and not self.handle:
            self.handle = make_handle(self.person.display_name, self._handle_keys())
            self.handle_key = handle_key(self.handle)
        super().save(*args, **kwargs)

    def paused_until(self, now: datetime) -> datetime | None:
        """Return until when the person has paused reviews, FOREVER if they gave no date, None if they have not paused.
        Takes a membership fetched `with_pause`."""
        if self.pause is None or (self.pause_ends_at and self.pause_ends_at <= now):
            return None
        return self.pause_ends_at or FOREVER

    @property
    def is_owner(self) -> bool:
        """Whether this person owns the group: may change roles and transfer ownership."""
        return self.group.owner_id == self.person_id

    @property
    def is_moderator(self) -> bool:
        """Whether this person owns or moderates the group: may delete others' posts and remove members."""
        return self.is_owner or self.role == self.Role.MODERATOR

    @property
    def can_invite(self) -> bool:
        """Whether this person may create invitation links."""
        return self.is_moderator or self.group.inviters == Group.Inviters.MEMBERS

    @property
    def effective_role(self) -> str:
        """The role shown to users: "owner", "moderator" or "member"."""
        return "owner" if self.is_owner else self.role

    def can_remove(self, other: "Membership") -> bool:
        """Return whether this person may remove the other one, who is in the same group."""
        return (
            self != other and not other.is_owner and (self.is_owner or (self.is_moderator and not other.is_moderator))
        )

    @property
    def others(self) -> MembershipQuerySet:
        """The memberships of everybody else in the group whose account is open."""
        return Membership.objects.with_open_account().filter(group=self.group_id).exclude(pk=self.pk)

    @property
    def can_leave(self) -> bool:
        """Whether this person may leave: an owner may only if no other member with an open account remains."""
        return not self.is_owner or not self.others.exists()

    def _handle_keys(self) -> set[str]:
        return set(Membership.objects.filter(group=self.group_id).values_list("handle_key", flat=True))

    @transaction.atomic
    def set_handle(self, handle: str) -> None:
        """Change the handle. Posts that mention the person keep doing so. Locks the group. Raises RuleViolation
        ("handle_taken") if another member has one that looks like it, and GroupArchived."""
        key = handle_key(handle)
        if not self.lock():
            return
        self.group.refuse_if_archived()
        if Membership.objects.filter(group=self.group_id, handle_key=key).exclude(pk=self.pk).exists():
            raise RuleViolation("handle_taken", handle=handle)
        self.handle, self.handle_key = handle, key
        self.save(update_fields=["handle", "handle_key"])

    def hide_reading(self, hides: bool) -> None:
        """Hide or show the person's reading progress in this group."""
        self.hides_reading = hides
        Membership.objects.filter(pk=self.pk).update(hides_reading=hides)

    def set_feed_address(self, *, exists: bool) -> None:
        """Give this member an address of the group's feed, in the place of the one they had; or none."""
        self.feed_token = secrets.token_urlsafe(32) if exists else None
        Membership.objects.filter(pk=self.pk).update(feed_token=self.feed_token)

    @transaction.atomic
    def set_role(self, role: str, *, by: User | None = None) -> None:
        """Make this person a moderator or a member, and notify them. Does nothing if the membership has ended, or they
        have this role. Locks the group. Raises GroupArchived, and RuleViolation ("not_the_owner") if `by` is given and
        doesn't own the group."""
        if not self.lock():
            return
        self.group.refuse_if_archived()
        if by and self.group.owner_id != by.pk:
            raise RuleViolation("not_the_owner", group=self.group)
        if self.role == role:
            return
        self.role = role
        self.save(update_fields=["role"])
        notify_role(self, by)

    def lock(self) -> bool:
        """Lock the group's row and read the role again. Return False if this membership has ended."""
        self.group.lock()
        role = Membership.objects.filter(pk=self.pk).values_list("role", flat=True).first()
        self.role = role or self.role
        return role is not None

"""One person's place in one group."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from groups.reviews import notifications

from .absence import Absence
from .ban import Ban
from .exceptions import RuleViolation
from .group import Group
from .membership_log import MembershipLogEntry

if TYPE_CHECKING:
    from readlist_site.base.accounts.models import User


class OwnerCannotLeave(RuleViolation):
    """Others are in the group: whoever owns it stays, until they have handed it over."""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user) -> "MembershipQuerySet":
        """The places in the groups that a person is a member of."""
        return self.filter(group__in=Group.objects.visible_to(user))

    def with_open_account(self) -> "MembershipQuerySet":
        """Those whose account isn't closed: who can still read, write and decide."""
        return self.filter(person__is_active=True)

    def available_for_review(self, now: datetime | None = None) -> "MembershipQuerySet":
        """Those of them of whom reviews are wanted: who isn't away."""
        away = Absence.objects.current(now).filter(person=OuterRef("person"))
        return self.with_open_account().filter(~Exists(away))

    def role_changeable_by(self, user) -> "MembershipQuerySet":
        """The places of others in the groups that a person owns: theirs to change."""
        return self.filter(group__owner=user).exclude(person=user) if user.is_authenticated else self.none()

    def removable_by(self, user) -> "MembershipQuerySet":
        """The places that a person may end for others: whoever owns the group all, a moderator those of members."""
        ranked_lower = Q(role=Membership.Role.MEMBER, group__in=Group.objects.moderated_by(user))
        theirs = self.filter(Q(group__owner=user) | ranked_lower) if user.is_authenticated else self.none()
        return theirs.exclude(person=user).exclude(person=F("group__owner"))


class Membership(models.Model):
    """Leaving deletes the row; what the person wrote for the group stays. Who owns the group is said there."""

    class Role(models.TextChoices):
        MODERATOR = "moderator", "moderator"
        MEMBER = "member", "member"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    hides_reading = models.BooleanField(
        "hide my reading from this group", default=False, help_text="What you submit stays visible."
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "person"], name="groups_one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=["moderator", "member"]), name="groups_rank_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"

    @property
    def is_owner(self) -> bool:
        """May change the ranks of others, and hand the group over."""
        return self.group.owner_id == self.person_id

    @property
    def is_moderator(self) -> bool:
        """May remove what others wrote, and invite."""
        return self.is_owner or self.role == self.Role.MODERATOR

    @property
    def effective_role(self) -> str:
        """What they are here, in a word: "owner", "moderator" or "member"."""
        return "owner" if self.is_owner else self.role

    def can_remove(self, other: "Membership") -> bool:
        """Whether this person may take that one out of the group; both are of one group."""
        return (
            self != other and not other.is_owner and (self.is_owner or (self.is_moderator and not other.is_moderator))
        )

    @property
    def others(self) -> MembershipQuerySet:
        """The places of everybody else in the group whose account isn't closed."""
        return Membership.objects.with_open_account().filter(group=self.group_id).exclude(pk=self.pk)

    @property
    def can_leave(self) -> bool:
        """Whether the group can do without this person: it is never left without an owner while others are in it."""
        return not self.is_owner or not self.others.exists()

    def hide_reading(self, hides: bool) -> None:
        """Hide from the group how far one is, or show it."""
        self.hides_reading = hides
        Membership.objects.filter(pk=self.pk).update(hides_reading=hides)

    @transaction.atomic
    def leave(self, *, by: "User | None" = None) -> None:
        """Leave: give back what one has taken to review, and let the others go on without one. `by`: an administrator,
        who sees to it.

        Whoever goes last archives the group. Raises OwnerCannotLeave if it needs this person."""
        if not self._lock_and_refresh():
            return
        if not self.can_leave:
            raise OwnerCannotLeave("owner_cannot_leave", group=self.group)
        if not self.others.exists():
            self.group.archive_after_last_member(self.person)
        self._leave(MembershipLogEntry.Event.REMOVED if by else MembershipLogEntry.Event.LEFT, removed_by=by)

    @transaction.atomic
    def remove(self, *, by: "User", why: str = "", ban: bool = False) -> None:
        """Take somebody out of the group, on the word of who may; `ban`: no link lets them in again.

        What they wrote stays. Raises RuleViolation if it is not for `by` to do."""
        if not self._lock_and_refresh():
            return
        self.group.refuse_if_archived()
        if not Membership.objects.removable_by(by).filter(pk=self.pk).exists():
            raise RuleViolation("may_not_remove", person=self.person)
        if ban:
            said = {"banned_by": by, "why": why}
            Ban.objects.in_force().get_or_create(group=self.group, person=self.person, defaults=said)
        self._leave(MembershipLogEntry.Event.REMOVED, removed_by=by, why=why)

    def _leave(self, event: str, **said) -> None:
        """Put on record that they go; what they hold for review goes back, what of theirs is held ends, and nothing
        waits for them any more."""
        from groups.reviews.claim import ChangeRequestEnd, Claim
        from groups.reviews.review_round import ReviewRound

        now, rounds = timezone.now(), ReviewRound.objects.filter(submission__group=self.group)
        rounds.write_acceptances(now)
        self.group.membership_log.create(person=self.person, event=event, **said)
        Claim.objects.release_all(self.person, self.group, now, because=ChangeRequestEnd.REVIEWER_LEFT)
        theirs = {"round__submission__group": self.group, "round__submission__summary__author": self.person}
        Claim.objects.filter(**theirs).end(now)
        self.delete()
        notifications.resolve_left(self.person, self.group)
        rounds.update_accepts_at(now)

    @transaction.atomic
    def set_role(self, role: str, *, by: "User | None" = None) -> None:
        """Make this person a moderator, or a member again, on the word of the owner. Raises RuleViolation if `by` owns
        the group no more."""
        if not self._lock_and_refresh():
            return
        self.group.refuse_if_archived()
        if by and self.group.owner_id != by.pk:
            raise RuleViolation("not_the_owner", group=self.group)
        self.role = role
        self.save(update_fields=["role"])

    def _lock_and_refresh(self) -> bool:
        """Read the rank again once no other change is under way; False if this place has ended meanwhile."""
        self.group.lock()
        role = Membership.objects.filter(pk=self.pk).values_list("role", flat=True).first()
        self.role = role or self.role
        return role is not None

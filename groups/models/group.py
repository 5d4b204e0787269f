"""A study group: a few people who work through one reading list together."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from catalog.models import ReadingList

if TYPE_CHECKING:
    from .membership import Membership


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user) -> "GroupQuerySet":
        """The groups that a person is a member of. For anyone else a group does not exist."""
        return self.filter(memberships__person=user) if user.is_authenticated else self.none()

    def moderated_by(self, user) -> "GroupQuerySet":
        """The groups in which a person may invite, and remove what others wrote."""
        mine = {"memberships__person": user, "memberships__rank__in": ["owner", "moderator"]}
        return self.filter(**mine) if user.is_authenticated else self.none()

    def with_members(self) -> "GroupQuerySet":
        """With everybody who is in them, in two more queries."""
        return self.prefetch_related("memberships__person")

    @transaction.atomic
    def found(self, founder, *, name: str, list: ReadingList) -> "Group":
        """Make a group. Whoever makes it owns it."""
        group = self.create(name=name, list=list)
        group.memberships.create(person=founder, rank="owner")
        return group


class Group(models.Model):
    """Needs a name and a list; all else follows. When its last member has left it stays, and nobody sees it."""

    name = models.CharField(max_length=80)
    list = models.ForeignKey(ReadingList, on_delete=models.PROTECT, related_name="groups")
    created_at = models.DateTimeField(auto_now_add=True)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="study_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="groups_group_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.pk])

    def membership_of(self, person) -> "Membership | None":
        """A person's place here; None for who is not in the group."""
        return self.memberships.filter(person=person).first() if person.is_authenticated else None

    def role_of(self, person) -> str:
        """A person's rank here: "owner", "moderator" or "member"; nothing for who is not in the group."""
        membership = self.membership_of(person)
        return membership.rank if membership else ""

    def moderated_by(self, person) -> bool:
        """Whether a person may invite people here and remove what others wrote."""
        membership = self.membership_of(person)
        return bool(membership and membership.moderates)

    def lock(self) -> None:
        """Make changes of who is in the group wait for each other, until the transaction ends."""
        Group.objects.select_for_update().filter(pk=self.pk).first()

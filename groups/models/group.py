"""A study group: a few people who work through one reading list together."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models import ReadingList


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, user) -> "GroupQuerySet":
        """The groups that a person is a member of. For anyone else a group does not exist."""
        return self.filter(memberships__person=user) if user.is_authenticated else self.none()


class Group(models.Model):
    """Needs a name and a list; all else follows."""

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

    def role_of(self, person) -> str:
        """A person's rank here: "owner", "moderator" or "member"; nothing for who is not in the group."""
        ranks = self.memberships.filter(person=person.pk) if person.is_authenticated else self.memberships.none()
        return ranks.values_list("rank", flat=True).first() or ""

    def moderated_by(self, person) -> bool:
        """Whether a person may invite people here and remove what others wrote."""
        return self.role_of(person) in {"owner", "moderator"}

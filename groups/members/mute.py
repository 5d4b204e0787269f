"""Members whom a person has muted: everywhere, since it is the same person in each group that they share."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone


class MuteQuerySet(models.QuerySet["Mute"]):
    def visible_to(self, user) -> "MuteQuerySet":
        """Return a person's own. Nobody learns who has muted them."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def mute(self, person, muted) -> None:
        """Mute somebody for a person. A second call keeps the first date. Does nothing for oneself."""
        if person != muted:
            self.get_or_create(person=person, muted=muted)


class Mute(models.Model):
    """A person doesn't want to hear from another: what that one posts is folded for them, and they aren't notified of
    mentions, quotations, replies, reactions and requests by them. What somebody does as a moderator still reaches
    them."""

    # Without constraints, because servers of the release before delete accounts and don't know this table.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    objects = MuteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "muted"], name="groups_one_mute_of_a_person"),
            models.CheckConstraint(condition=~Q(person=models.F("muted")), name="groups_mute_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.muted} for {self.person}"


def mutes(person, author: str) -> Exists:
    """Return an annotation for a queryset: whether a person has muted whom the lookup `author` leads to. `person` may
    be an OuterRef."""
    return Exists(Mute.objects.filter(person=person, muted=OuterRef(author)))


def people_who_muted(person) -> set[int]:
    """Return the keys of those who have muted a person."""
    return set(Mute.objects.filter(muted=person).values_list("person", flat=True))

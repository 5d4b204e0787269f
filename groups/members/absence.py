"""A person's pause from reviewing, in all their groups. `groups.leaving.pause` starts and ends it. Visible only to
them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user) -> "AbsenceQuerySet":
        """Return the user's own absence."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def current(self, now: datetime | None = None) -> "AbsenceQuerySet":
        """Return those that have not ended."""
        return self.filter(Q(until=None) | Q(until__gt=now or timezone.now()))


class Absence(models.Model):
    """From `since` the person is not asked for reviews, until they resume or until the date `until` if they gave
    one."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absence")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("since")), name="groups_absence_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} has paused reviews"

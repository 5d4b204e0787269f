"""A person's away switch: for all their groups, and nobody is told why."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from groups import notices

from .claim import Claim
from .group import Group


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user) -> "AbsenceQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def under_way(self, now: datetime | None = None) -> "AbsenceQuerySet":
        """Those that have not come to their end."""
        return self.filter(Q(until=None) | Q(until__gt=now or timezone.now()))

    @transaction.atomic
    def begin(self, person, *, until: datetime | None = None, now: datetime | None = None) -> "Absence":
        """Go away, or change when one comes back: what one holds for review goes back in all one's groups, what one
        has begun to write is kept, and nothing is wanted of one."""
        from .round import Round

        now = now or timezone.now()
        absence, _ = self.update_or_create(person=person, defaults={"since": now, "until": until})
        for group in Group.objects.visible_to(person).order_by("pk"):
            group.lock()
            Claim.objects.release_all(person, group, now)
            notices.settle_away(person, group, now)
            Round.objects.lower_wanted(group, now)
        return absence


class Absence(models.Model):
    """From `since` on nothing is wanted of its person; until they come back, or `until`, where they said when."""

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
        return f"{self.person} is away"

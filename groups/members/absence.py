"""A person's away switch: for all their groups, and nobody is told why."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from groups.reviews import notifications

from .group import Group


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user) -> "AbsenceQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def current(self, now: datetime | None = None) -> "AbsenceQuerySet":
        """Those that have not come to their end."""
        return self.filter(Q(until=None) | Q(until__gt=now or timezone.now()))

    @transaction.atomic
    def pause(self, person, *, until: datetime | None = None, now: datetime | None = None) -> "Absence":
        """Go away, or change when one comes back: what one holds for review goes back in all one's groups, what one
        has begun to write is kept, and nothing is wanted of one."""
        from groups.reviews.claim import ChangeRequestEnd, Claim
        from groups.reviews.review_round import ReviewRound

        now = now or timezone.now()
        groups = self._lock_groups_of(person, now)
        absence, _ = self.update_or_create(person=person, defaults={"since": now, "until": until})
        for group in groups:
            Claim.objects.release_all(person, group, now, because=ChangeRequestEnd.REVIEWER_PAUSED)
            notifications.resolve_paused(person, group, now)
            ReviewRound.objects.filter(submission__group=group).update_accepts_at(now)
        return absence

    @transaction.atomic
    def resume(self, person, *, now: datetime | None = None) -> None:
        """End a person's pause, if they have one. A change request that they made during it is open from now on."""
        from groups.reviews.review_round import ReviewRound

        now = now or timezone.now()
        groups = self._lock_groups_of(person, now)
        self.filter(person=person).delete()
        for group in groups:
            ReviewRound.objects.filter(submission__group=group).update_accepts_at(now)

    def _lock_groups_of(self, person, now: datetime) -> list[Group]:
        """Lock all groups of a person, the oldest first, and write down what time has accepted in them."""
        from groups.reviews.review_round import ReviewRound

        groups = list(Group.objects.visible_to(person).order_by("pk"))
        for group in groups:
            group.lock()
            ReviewRound.objects.filter(submission__group=group).write_acceptances(now)
        return groups


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

"""When each kind of periodic work was last done, on whichever host."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

TICK = "tick"
BACKUP = "backup"
# Done when a mail was sent; its failure is that of the last that could not be.
MAIL = "mail"
RECOUNT = "recount"
IMAGES = "images"


class PeriodicTaskQuerySet(models.QuerySet["PeriodicTask"]):
    def record_done(self, name: str, now: datetime | None = None) -> None:
        """Notes that it was done, and ends its lease. One statement, whether it was ever done before or not."""
        done = {"done_at": now or timezone.now(), "leased_until": None, "failure": ""}
        self.bulk_create(
            [self.model(name=name, **done)], update_conflicts=True, unique_fields=["name"], update_fields=list(done)
        )

    def record_failure(self, name: str, failure: str, *, retry_at: datetime) -> None:
        """Notes why it failed. It is due again at `retry_at`."""
        failed = {"leased_until": retry_at, "failure": failure[:300]}
        self.bulk_create(
            [self.model(name=name, **failed)], update_conflicts=True, unique_fields=["name"], update_fields=list(failed)
        )

    def lease(self, name: str, *, every: timedelta, lease: timedelta, now: datetime | None = None) -> bool:
        """Returns whether it is due and this process, of any number that ask at once, is the one to do it. It is due if
        it was last done longer ago than `every`; nobody else gets it before `lease` is over."""
        now = now or timezone.now()
        # Most who ask find so, and write nothing.
        if self.filter(name=name, done_at__gt=now - every).exists():
            return False
        self.bulk_create([self.model(name=name)], ignore_conflicts=True)
        is_due = Q(done_at=None) | Q(done_at__lte=now - every)
        is_free = Q(leased_until=None) | Q(leased_until__lte=now)
        return bool(self.filter(is_due, is_free, name=name).update(leased_until=now + lease))


class PeriodicTask(models.Model):
    """One kind of periodic work."""

    name = models.CharField(max_length=40, unique=True)
    done_at = models.DateTimeField(null=True, help_text="When it was done last.")
    leased_until = models.DateTimeField(null=True, help_text="Until when nobody else does it, or tries again.")
    failure = models.CharField(max_length=300, blank=True, default="", help_text="Why it failed since.")

    objects = PeriodicTaskQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.done_at}"

"""When a source's link is to be visited next."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from .entry import Entry
from .reading_list import ReadingList
from .source import Source

TAKEN_FOR = timedelta(minutes=30)


class NextCheckQuerySet(models.QuerySet["NextCheck"]):
    def lay(self) -> None:
        """Put down what stands in a list and was never visited; whoever else does so too, each is put down once."""
        standing = Entry.objects.standing().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        new = Source.objects.filter(entries__in=standing, next_check=None).distinct()
        rows = [NextCheck(source_id=pk) for pk in new.values_list("pk", flat=True)]
        self.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    def standing(self) -> "NextCheckQuerySet":
        """Those whose source still stands in a list that is not put away."""
        standing = Entry.objects.standing().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        return self.filter(source__in=standing.values("source")).select_related("source").order_by("due_at", "pk")

    def due(self, at: datetime) -> "NextCheckQuerySet":
        """What is to be visited by now."""
        return self.standing().filter(due_at__lte=at)

    def one_per_host(self, most: int) -> "list[NextCheck]":
        """The first few, no two of one host."""
        hosts: dict[str, NextCheck] = {}
        for check in self[: 20 * most]:
            hosts.setdefault(check.source.host, check)
        return list(hosts.values())[:most]

    def taken(self, checks: "Iterable[NextCheck]", at: datetime) -> "list[NextCheck]":
        """Those of them that nobody else has taken up meanwhile; they are ours for a while. What a process that was
        killed had taken is due again after that."""
        until = at + TAKEN_FOR
        return [check for check in checks if self.filter(pk=check.pk, due_at=check.due_at).update(due_at=until)]

    def spare(self, host: str, until: datetime) -> None:
        """Leave a host alone until then."""
        there = models.Q(canonical_url=host)
        for end in "/:?":
            there |= models.Q(canonical_url__startswith=f"{host}{end}")
        self.filter(source__in=Source.objects.filter(there), due_at__lt=until).update(due_at=until)


class NextCheck(models.Model):
    """One a source. It stands apart from the source, so that a curator's change and a visit don't undo each other."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="next_check")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = NextCheckQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.source}: {self.due_at:%Y-%m-%d %H:%M}"

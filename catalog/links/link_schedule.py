"""The schedule of link checks, and the leases that keep two processes from visiting one host."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.sources.source import Source, host_of

LEASE = timedelta(minutes=30)


class LinkScheduleQuerySet(models.QuerySet["LinkSchedule"]):
    def schedule_missing(self) -> None:
        """Add a row for every source without one that has an entry in a list that isn't archived. Safe to run
        concurrently."""
        listed = Entry.objects.not_retired().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        new = Source.objects.filter(entries__in=listed, link_schedule=None).distinct()
        rows = [LinkSchedule(source_id=pk, host=host_of(url)) for pk, url in new.values_list("pk", "url")]
        self.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    def listed(self) -> "LinkScheduleQuerySet":
        """The rows whose source has an entry in a list that isn't archived, by due date."""
        listed = Entry.objects.not_retired().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        return self.filter(source__in=listed.values("source")).select_related("source").order_by("due_at", "pk")

    def due(self, at: datetime) -> "LinkScheduleQuerySet":
        """The listed rows due at `at`, without those on hosts that are leased."""
        held = self.filter(leased_until__gt=at).values("host")
        return self.listed().filter(due_at__lte=at).exclude(host__in=held)

    def one_per_host(self, most: int) -> "list[LinkSchedule]":
        """The first rows, one per host and at most `most`."""
        hosts: dict[str, LinkSchedule] = {}
        for check in self[: 20 * most]:
            hosts.setdefault(check.source.host, check)
        return list(hosts.values())[:most]

    def lease(self, checks: "Iterable[LinkSchedule]", at: datetime) -> "list[LinkSchedule]":
        """Lease the hosts of these rows for LEASE, and return the rows to visit: without those on hosts that are leased
        already, and those whose due date changed since they were read.

        The lease ends with `release`, or by itself if the process was killed."""
        by_host: dict[str, list[LinkSchedule]] = defaultdict(list)
        for check in checks:
            by_host[check.source.host].append(check)
        return [check for host, there in sorted(by_host.items()) for check in self._lease_host(host, there, at)]

    def _lease_host(self, host: str, checks: "list[LinkSchedule]", at: datetime) -> "list[LinkSchedule]":
        # A source's link may have changed its host. Update that before the host's rows are locked, so that every
        # process finds the same rows.
        self.filter(pk__in=[check.pk for check in checks if check.host != host]).update(host=host)
        with transaction.atomic():
            rows = {row.pk: row for row in self.filter(host=host).select_for_update().order_by("pk")}
            if any(row.leased_until and row.leased_until > at for row in rows.values()):
                return []
            ours = [check for check in checks if check.pk in rows and rows[check.pk].due_at == check.due_at]
            self.filter(pk__in=[check.pk for check in ours]).update(leased_until=at + LEASE)
        return ours

    def release(self, checks: "Iterable[LinkSchedule]", at: datetime) -> None:
        """End the lease that these rows got at `at`."""
        ours = self.filter(pk__in=[check.pk for check in checks], leased_until=at + LEASE)
        ours.update(leased_until=None)

    def postpone_host(self, host: str, until: datetime) -> None:
        """Move the due dates of all the host's rows to `until` at the earliest."""
        self.filter(host=host, due_at__lt=until).update(due_at=until)


class LinkSchedule(models.Model):
    """When to visit a source's link next. Separate from the source, so that saving one doesn't overwrite the other."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="link_schedule")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    host = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_index=True,
        help_text="Where the link led when it was last taken up.",
    )
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when its host is left to who visits it."
    )

    objects = LinkScheduleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.source}: {self.due_at:%Y-%m-%d %H:%M}"

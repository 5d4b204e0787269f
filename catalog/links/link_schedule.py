"""When a source's link is to be visited next."""

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
        """Put down what stands in a list and was never visited; whoever else does so too, each is put down once."""
        listed = Entry.objects.not_retired().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        new = Source.objects.filter(entries__in=listed, link_schedule=None).distinct()
        rows = [LinkSchedule(source_id=pk, host=host_of(url)) for pk, url in new.values_list("pk", "url")]
        self.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    def listed(self) -> "LinkScheduleQuerySet":
        """Those whose source still stands in a list that is not put away."""
        listed = Entry.objects.not_retired().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        return self.filter(source__in=listed.values("source")).select_related("source").order_by("due_at", "pk")

    def due(self, at: datetime) -> "LinkScheduleQuerySet":
        """What is to be visited by now, where nobody is visiting the host."""
        held = self.filter(leased_until__gt=at).values("host")
        return self.listed().filter(due_at__lte=at).exclude(host__in=held)

    def one_per_host(self, most: int) -> "list[LinkSchedule]":
        """The first few, no two of one host."""
        hosts: dict[str, LinkSchedule] = {}
        for check in self[: 20 * most]:
            hosts.setdefault(check.source.host, check)
        return list(hosts.values())[:most]

    def lease(self, checks: "Iterable[LinkSchedule]", at: datetime) -> "list[LinkSchedule]":
        """Those of them that nobody else has visited meanwhile, on hosts that nobody else is visiting. The hosts are
        ours until they are `release`d; what a process that was killed had taken is due again after a while."""
        by_host: dict[str, list[LinkSchedule]] = defaultdict(list)
        for check in checks:
            by_host[check.source.host].append(check)
        return [check for host, there in sorted(by_host.items()) for check in self._lease_host(host, there, at)]

    def _lease_host(self, host: str, checks: "list[LinkSchedule]", at: datetime) -> "list[LinkSchedule]":
        # A link may have been corrected. This is seen by all before they look at the host's rows.
        self.filter(pk__in=[check.pk for check in checks if check.host != host]).update(host=host)
        with transaction.atomic():
            rows = {row.pk: row for row in self.filter(host=host).select_for_update().order_by("pk")}
            if any(row.leased_until and row.leased_until > at for row in rows.values()):
                return []
            ours = [check for check in checks if check.pk in rows and rows[check.pk].due_at == check.due_at]
            self.filter(pk__in=[check.pk for check in ours]).update(leased_until=at + LEASE)
        return ours

    def release(self, checks: "Iterable[LinkSchedule]", at: datetime) -> None:
        """The visits of what was taken then are over: others may visit the hosts."""
        ours = self.filter(pk__in=[check.pk for check in checks], leased_until=at + LEASE)
        ours.update(leased_until=None)

    def postpone_host(self, host: str, until: datetime) -> None:
        """Leave a host alone until then."""
        self.filter(host=host, due_at__lt=until).update(due_at=until)


class LinkSchedule(models.Model):
    """One a source. It stands apart from the source, so that a curator's change and a visit don't undo each other."""

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

"""When a source's link is to be visited next."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from .entry import Entry
from .reading_list import ReadingList
from .source import Source, host_of

TAKEN_FOR = timedelta(minutes=30)


class NextCheckQuerySet(models.QuerySet["NextCheck"]):
    def lay(self) -> None:
        """Put down what stands in a list and was never visited; whoever else does so too, each is put down once."""
        standing = Entry.objects.standing().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        new = Source.objects.filter(entries__in=standing, next_check=None).distinct()
        rows = [NextCheck(source_id=pk, host=host_of(url)) for pk, url in new.values_list("pk", "url")]
        self.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    def standing(self) -> "NextCheckQuerySet":
        """Those whose source still stands in a list that is not put away."""
        standing = Entry.objects.standing().exclude(topic__list__status=ReadingList.Status.ARCHIVED)
        return self.filter(source__in=standing.values("source")).select_related("source").order_by("due_at", "pk")

    def due(self, at: datetime) -> "NextCheckQuerySet":
        """What is to be visited by now, where nobody is visiting the host."""
        held = self.filter(held_until__gt=at).values("host")
        return self.standing().filter(due_at__lte=at).exclude(host__in=held)

    def one_per_host(self, most: int) -> "list[NextCheck]":
        """The first few, no two of one host."""
        hosts: dict[str, NextCheck] = {}
        for check in self[: 20 * most]:
            hosts.setdefault(check.source.host, check)
        return list(hosts.values())[:most]

    def taken(self, checks: "Iterable[NextCheck]", at: datetime) -> "list[NextCheck]":
        """Those of them that nobody else has visited meanwhile, on hosts that nobody else is visiting. The hosts are
        ours until they are `freed`; what a process that was killed had taken is due again after a while."""
        by_host: dict[str, list[NextCheck]] = defaultdict(list)
        for check in checks:
            by_host[check.source.host].append(check)
        return [check for host, there in sorted(by_host.items()) for check in self._taken(host, there, at)]

    def _taken(self, host: str, checks: "list[NextCheck]", at: datetime) -> "list[NextCheck]":
        # A link may have been corrected. This is seen by all before they look at the host's rows.
        self.filter(pk__in=[check.pk for check in checks if check.host != host]).update(host=host)
        with transaction.atomic():
            rows = {row.pk: row for row in self.filter(host=host).select_for_update().order_by("pk")}
            if any(row.held_until and row.held_until > at for row in rows.values()):
                return []
            ours = [check for check in checks if check.pk in rows and rows[check.pk].due_at == check.due_at]
            self.filter(pk__in=[check.pk for check in ours]).update(held_until=at + TAKEN_FOR)
        return ours

    def freed(self, checks: "Iterable[NextCheck]", at: datetime) -> None:
        """The visits of what was taken then are over: others may visit the hosts."""
        ours = self.filter(pk__in=[check.pk for check in checks], held_until=at + TAKEN_FOR)
        ours.update(held_until=None)

    def spare(self, host: str, until: datetime) -> None:
        """Leave a host alone until then."""
        self.filter(host=host, due_at__lt=until).update(due_at=until)


class NextCheck(models.Model):
    """One a source. It stands apart from the source, so that a curator's change and a visit don't undo each other."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="next_check")
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    host = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_index=True,
        help_text="Where the link led when it was last taken up.",
    )
    held_until = models.DateTimeField(null=True, blank=True, help_text="Until when its host is left to who visits it.")

    objects = NextCheckQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.source}: {self.due_at:%Y-%m-%d %H:%M}"

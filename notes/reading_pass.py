"""Each time that a person reads a source."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models

Dates = tuple[datetime | None, datetime | None]


class ReadingPass(models.Model):
    """One pass of a reading over its source: when it was started, and when finished; either may be unknown. A reading
    has at most one that is not finished.

    The reading has a copy of the latest dates. `Reading` writes both."""

    reading = models.ForeignKey("notes.Reading", on_delete=models.CASCADE, related_name="passes")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "reading passes"
        constraints = [
            models.UniqueConstraint(
                fields=["reading"], condition=models.Q(finished_at=None), name="notes_one_unfinished_pass"
            ),
            models.CheckConstraint(
                condition=models.Q(started_at__isnull=False) | models.Q(finished_at__isnull=False),
                name="notes_pass_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reading}, {self.started_at or '?'} to {self.finished_at or '?'}"


def in_order(passes: Iterable[ReadingPass]) -> list[ReadingPass]:
    """Returns the passes as they were finished, the one that is not last."""
    return sorted(passes, key=lambda each: (each.finished_at is None, each.finished_at or each.started_at))


def merged(passes: Iterable[Dates], *, is_read: bool, is_begun: bool) -> list[Dates]:
    """Returns the dates of a person's passes over two sources that are one, as they were finished. Of unfinished ones
    the earliest start is kept: as that of the last finished pass if the source is now read, as an unfinished pass if it
    is begun, otherwise not at all."""
    passes = list(passes)
    finished = sorted((each for each in passes if each[1]), key=lambda each: each[1])
    starts = [started for started, ended in passes if started and not ended]
    if starts and is_read and finished:
        started, ended = finished[-1]
        finished[-1] = min(starts + ([started] if started else [])), ended
    elif starts and is_begun:
        finished.append((min(starts), None))
    return finished

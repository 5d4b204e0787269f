"""What a curator looks at to settle a doubtful link."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects

from .models import Doubt, Entry, LinkCheck, Report
from .resting import Usage

_VISITS = 3


@dataclass
class Row:
    """A doubt with what is known around it."""

    doubt: Doubt
    places: list[Entry] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def visits(self) -> list[LinkCheck]:
        """The last ones to the link, the latest first."""
        return self.doubt.source.last_checks

    @property
    def reports(self) -> list[Report]:
        """What readers wrote of the link, while it waits for an answer."""
        return self.doubt.source.open_reports


def rows_of(doubts: Sequence[Doubt]) -> list[Row]:
    """The doubts, whose sources are fetched, as rows. The same number of queries however many there are."""
    last = LinkCheck.objects.order_by("-at", "-pk")[:_VISITS]
    prefetch_related_objects(
        doubts,
        Prefetch("source__checks", last, to_attr="last_checks"),
        Prefetch("source__reports", Report.objects.open(), to_attr="open_reports"),
    )
    places: dict[int, list[Entry]] = defaultdict(list)
    sources = {doubt.source_id for doubt in doubts}
    for entry in Entry.objects.standing().filter(source__in=sources).as_places():
        places[entry.source_id].append(entry)
    usage = Usage(doubt.source for doubt in doubts)
    return [Row(doubt, places[doubt.source_id], usage.of(doubt.source)) for doubt in doubts]

"""What a curator looks at to settle a doubtful link."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects

from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from catalog.outline.usage import Usage

from .report import Report

_CHECKS_SHOWN = 3


@dataclass
class LinkIssueRow:
    """A link issue with what is known around it."""

    issue: LinkIssue
    places: list[Entry] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def checks(self) -> list[LinkCheck]:
        """The last ones to the link, the latest first."""
        return self.issue.source.last_checks

    @property
    def reports(self) -> list[Report]:
        """What readers wrote of the link, while it waits for an answer."""
        return self.issue.source.open_reports


def link_issue_rows(issues: Sequence[LinkIssue]) -> list[LinkIssueRow]:
    """The issues, whose sources are fetched, as rows. The same number of queries however many there are."""
    last = LinkCheck.objects.order_by("-at", "-pk")[:_CHECKS_SHOWN]
    prefetch_related_objects(
        issues,
        Prefetch("source__checks", last, to_attr="last_checks"),
        Prefetch("source__reports", Report.objects.open(), to_attr="open_reports"),
    )
    places: dict[int, list[Entry]] = defaultdict(list)
    sources = {issue.source_id for issue in issues}
    for entry in Entry.objects.not_retired().filter(source__in=sources).in_list_order():
        places[entry.source_id].append(entry)
    usage = Usage(issue.source for issue in issues)
    return [LinkIssueRow(issue, places[issue.source_id], usage.of(issue.source)) for issue in issues]

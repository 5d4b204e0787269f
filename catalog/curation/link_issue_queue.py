"""The data of the link-issue queue: each issue with entries, usage, checks and reports of its source."""

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
    """A link issue with the entries and the usage of its source."""

    issue: LinkIssue
    places: list[Entry] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def checks(self) -> list[LinkCheck]:
        """The latest link checks, latest first."""
        return self.issue.source.last_checks

    @property
    def reports(self) -> list[Report]:
        """The open reports on the source."""
        return self.issue.source.open_reports


def link_issue_rows(issues: Sequence[LinkIssue]) -> list[LinkIssueRow]:
    """The rows of these link issues, whose sources must be fetched already. A fixed number of queries."""
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

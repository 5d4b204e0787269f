"""The curators' desk: the lists, their headings and entries, and the sources."""

from .entry import EntryAdmin
from .link_issue import LinkIssueAdmin
from .reading_list import ReadingListAdmin
from .report import ReportAdmin
from .section import SectionAdmin
from .source import SourceAdmin
from .suggestion import SuggestionAdmin

__all__ = [
    "EntryAdmin",
    "LinkIssueAdmin",
    "ReadingListAdmin",
    "ReportAdmin",
    "SectionAdmin",
    "SourceAdmin",
    "SuggestionAdmin",
]

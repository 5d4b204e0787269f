"""The admin of lists, headings, entries, sources, link issues, suggestions and reports."""

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

"""The curators' desk: the lists, their headings and entries, and the sources."""

from .doubt import DoubtAdmin
from .entry import EntryAdmin
from .reading_list import ReadingListAdmin
from .report import ReportAdmin
from .section import SectionAdmin
from .source import SourceAdmin
from .suggestion import SuggestionAdmin

__all__ = [
    "DoubtAdmin",
    "EntryAdmin",
    "ReadingListAdmin",
    "ReportAdmin",
    "SectionAdmin",
    "SourceAdmin",
    "SuggestionAdmin",
]

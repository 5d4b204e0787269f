from .change import Change
from .doubt import AddressTaken, Doubt, Settled
from .entry import Entry
from .link_check import LinkCheck
from .method import MethodStep, Prompt
from .next_check import NextCheck
from .proposal import Decided
from .reading_list import Overtaken, ReadingList
from .related_link import RelatedLink
from .report import Report
from .role import Role
from .section import Section
from .source import Source
from .source_alias import SourceAlias
from .suggestion import Second, Suggestion
from .upload import Upload

__all__ = [
    "AddressTaken",
    "Change",
    "Decided",
    "Doubt",
    "Entry",
    "LinkCheck",
    "MethodStep",
    "NextCheck",
    "Overtaken",
    "Prompt",
    "ReadingList",
    "RelatedLink",
    "Report",
    "Role",
    "Second",
    "Section",
    "Settled",
    "Source",
    "SourceAlias",
    "Suggestion",
    "Upload",
]

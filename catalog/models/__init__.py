from .entry import Entry
from .method import MethodStep, Prompt
from .reading_list import ReadingList
from .related_link import RelatedLink
from .role import Role
from .section import Section
from .source import Source

__all__ = ["Entry", "MethodStep", "Prompt", "ReadingList", "RelatedLink", "Role", "Section", "Source"]

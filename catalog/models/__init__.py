from .entry import Entry
from .method import MethodStep, Prompt
from .reading_list import ReadingList
from .role import Role
from .section import Section
from .source import Source

__all__ = ["Entry", "MethodStep", "Prompt", "ReadingList", "Role", "Section", "Source"]

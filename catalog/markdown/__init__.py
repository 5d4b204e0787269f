"""Reading lists as Markdown files: what they mean, without a database."""

from .nodes import Document, EntryNode, Problem, SectionNode, Unreadable
from .read import read

__all__ = ["Document", "EntryNode", "Problem", "SectionNode", "Unreadable", "read"]

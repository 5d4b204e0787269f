"""The parsed form of a Markdown file: headings and entries, each with its own lines.

`source_text` is None for a node whose lines have to be generated; `row` is the node's database row, if it has one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from catalog.sources.canonical_url import url_key
from readlist_site.base.languages.message import Message

from .syntax_tree import Node


@dataclass(eq=False)
class EntryNode:
    """A list item, table row or paragraph that names a source."""

    line: int
    title: str
    url: str
    why: str
    role: str
    reread: bool
    source_text: str | None = ""
    row: Any = field(default=None, repr=False)

    @cached_property
    def key(self) -> str:
        """The canonical URL of its source."""
        return url_key(self.url)


@dataclass(eq=False)
class SectionNode:
    """A heading with the prose under it and its entries. `source_text` ends before the first entry.

    `is_made` means that its lines aren't a Markdown heading but a bold line, an item or a row; `is_shelf` that it is
    therefore a shelf of the heading above it. `texts` are texts of it that stand after its first entry."""

    line: int
    level: int
    title: str
    parent: "SectionNode | None" = None
    kind: str = ""
    role: str = ""
    body: str = ""
    source_text: str | None = ""
    is_made: bool = False
    is_shelf: bool = False
    blocks: list[Node] = field(default_factory=list, repr=False)
    texts: list[str] = field(default_factory=list, repr=False)
    entries: list[EntryNode] = field(default_factory=list)
    children: list["SectionNode"] = field(default_factory=list, repr=False)
    row: Any = field(default=None, repr=False)

    @property
    def has_entries(self) -> bool:
        """Whether this heading or one below it has an entry."""
        return bool(self.entries) or any(child.has_entries for child in self.children)


@dataclass(eq=False)
class Document:
    """A whole file. Its text is the preamble and the source text of every node, in order, byte for byte.

    `notes` lists what is kept in the source text but not understood. `is_verbatim` means that every node still has its
    lines of the file, in the file's order."""

    preamble: str
    sections: list[SectionNode]
    steps: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)
    notes: list["Problem"] = field(default_factory=list)
    is_verbatim: bool = True

    @property
    def entries(self) -> Iterator[tuple[SectionNode, EntryNode]]:
        """Every entry with its heading, in the file's order."""
        return ((section, entry) for section in self.sections for entry in section.entries)

    @property
    def text(self) -> str:
        """The text of the file."""
        pieces = [self.preamble]
        for section in self.sections:
            pieces += [section.source_text, *(entry.source_text for entry in section.entries)]
        return "".join(pieces)


@dataclass(frozen=True)
class Problem:
    """Something in the file that can't be imported, with its line number."""

    line: int
    reason: Message | str

    def __str__(self) -> str:
        return _("line %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason}

    def to_json(self) -> list:
        """The problem as JSON, for `from_json`."""
        return [self.line, self.reason.to_json() if isinstance(self.reason, Message) else self.reason]

    @classmethod
    def from_json(cls, stored: "list | str") -> "Problem | str":
        """The problem from JSON. A string, as earlier versions stored it, stays as it is."""
        return stored if isinstance(stored, str) else cls(stored[0], Message.from_json(stored[1]))


class UnreadableList(ValueError):
    """The file can't be read as a reading list; `problems` gives the reasons in order of their lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))

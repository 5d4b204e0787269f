"""What a Markdown file says: headings and entries, each with its own lines.

`source_text` is None for what has to be written anew; `row` is what a node stands for in the database, if anything."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from catalog.sources.canonical_url import url_key


@dataclass(eq=False)
class EntryNode:
    """A list item that names something to read."""

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
        """The folded address, by which its source is known."""
        return url_key(self.url)


@dataclass(eq=False)
class SectionNode:
    """A heading, the prose under it and its entries. `source_text` ends where its first entry begins."""

    line: int
    level: int
    title: str
    parent: "SectionNode | None" = None
    kind: str = ""
    role: str = ""
    body: str = ""
    source_text: str | None = ""
    blocks: list[SyntaxTreeNode] = field(default_factory=list, repr=False)
    entries: list[EntryNode] = field(default_factory=list)
    children: list["SectionNode"] = field(default_factory=list, repr=False)
    row: Any = field(default=None, repr=False)

    @property
    def has_entries(self) -> bool:
        """Whether anything to read stands in it or below it."""
        return bool(self.entries) or any(child.has_entries for child in self.children)


@dataclass(eq=False)
class Document:
    """A whole file. Its text is the preamble and the source text of every node, in order, byte for byte.

    `notes` say what is kept in the lines only; `is_verbatim`: the nodes' lines are the file's, in order."""

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
        """The file again."""
        pieces = [self.preamble]
        for section in self.sections:
            pieces += [section.source_text, *(entry.source_text for entry in section.entries)]
        return "".join(pieces)


@dataclass(frozen=True)
class Problem:
    """What can't be understood, and where."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class UnreadableList(ValueError):
    """The file is no reading list that we can make sense of; `problems` says why, line by line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))

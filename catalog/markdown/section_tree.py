"""The headings of a file that is read, and where among them an entry has its place."""

import re

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message

from .heading_kind import Kinds
from .limits import MAX_HEADINGS, MAX_TITLE
from .nodes import EntryNode, Problem, SectionNode, UnreadableList
from .parse_notes import ParseNotes

UNNAMED = "Reading list"
MAX_LEVEL = 6


class SectionTree:
    """All headings in the order of the file: those of Markdown, and those made of bold lines, items and rows."""

    def __init__(self) -> None:
        self.sections: list[SectionNode] = []
        self.from_paragraphs: set[EntryNode] = set()
        self._again: dict[SectionNode, SectionNode] = {}

    @property
    def last(self) -> SectionNode | None:
        return self.sections[-1] if self.sections else None

    @property
    def entry_count(self) -> int:
        return sum(len(section.entries) for section in self.sections)

    def open(self, title: str, line: int, level: int, parent: SectionNode | None) -> SectionNode:
        if len(self.sections) == MAX_HEADINGS:
            reason = Message(_("this file has more than %(number)s headings."), {"number": MAX_HEADINGS})
            raise UnreadableList([Problem(line, reason)])
        section = SectionNode(line, level, title, parent)
        if parent:
            parent.children.append(section)
        self.sections.append(section)
        return section

    def make(self, title: str, line: int, level: int, parent: SectionNode | None) -> SectionNode:
        """Add a heading that isn't one in Markdown."""
        section = self.open(title, line, level, parent)
        section.is_made = True
        return section

    def add_unnamed(self, line: int, level: int) -> SectionNode:
        """Add a heading for entries that come before the first heading. It has no lines of its own."""
        self.sections.append(SectionNode(line, level, UNNAMED))
        return self.sections[-1]

    def parent_of(self, level: int) -> SectionNode | None:
        """The heading that a Markdown heading of this level comes under."""
        parent = self.last
        while parent and (parent.level >= level or parent.is_made):
            parent = parent.parent
        return parent

    def make_below(self, title: str, line: int, *, is_shelf: bool) -> bool:
        """Add a heading that isn't one in Markdown, under the last one that is. If there is such a heading, `is_shelf`
        says whether it is a shelf of it. False if it would be too deep, or its title too long."""
        if not title or len(title) > MAX_TITLE:
            return False
        parent = self.last
        while parent and parent.is_made:
            parent = parent.parent
        level = parent.level + 1 if parent else 1
        if level > MAX_LEVEL:
            return False
        section = self.make(title, line, level, parent)
        section.is_shelf = bool(parent) and is_shelf
        return True

    def section_of_entry_headings(self, level: int, line: int) -> SectionNode:
        """The section that entries written as headings of this level belong to."""
        if not self.sections:
            return self.add_unnamed(line, max(level - 1, 1))
        above = self.sections[-1]
        while above.parent and above.level >= level and not above.is_made:
            above = above.parent
        return above

    def at_end(self, section: SectionNode, line: int) -> SectionNode:
        """The section, or if other headings have come after it, one under it that is named like it: entries stand in
        the order of the file."""
        last = self.sections[-1]
        if section is last or self._again.get(section) is last:
            return last
        if section.level == MAX_LEVEL:
            return last
        again = self._again[section] = self.make(section.title, line, section.level + 1, section)
        again.is_shelf = section.is_shelf or section.is_made
        return again

    def place_entries_of_containers(self, notes: ParseNotes) -> None:
        """Give entries that stand under a heading above the topics a place: one or two under the file's title become
        text of it, others get a heading of their own, named like the one above."""
        kinds = Kinds(self.sections)
        is_title = len(self.sections) > 1 and sum(section.parent is None for section in self.sections) == 1
        for section in list(self.sections):
            is_above_all = is_title and section.parent is None
            is_lead = is_above_all and self.from_paragraphs.issuperset(section.entries) and kinds.filled(section)
            if not kinds.is_container(section) and not (is_lead and not kinds.holds_shelves(section)):
                continue
            if len(section.entries) <= 2 and is_above_all:
                for entry in section.entries:
                    notes.note(
                        entry.line,
                        _("“%(title)s” comes before the topics. It is shown as text, not as an entry."),
                        title=entry.title,
                    )
                    section.texts.append(_entry_as_text(entry))
                section.entries = []
            elif section.level < MAX_LEVEL:
                # As deep as the heading that follows it, which would otherwise be below it in a file written of this.
                level = section.children[0].level
                own = SectionNode(section.entries[0].line, level, section.title, section)
                own.entries, section.entries = section.entries, []
                section.children.insert(0, own)
                self.sections.insert(self.sections.index(section) + 1, own)

    def share_lines(self, lines: list[str]) -> str:
        """Set each node's source text: the lines from its own up to the next node's. Return the lines before the first
        node."""
        nodes = [node for section in self.sections for node in (section, *section.entries)]
        ends = [node.line - 1 for node in nodes[1:]] + [len(lines)]
        for node, end in zip(nodes, ends, strict=True):
            node.source_text = "".join(lines[node.line - 1 : end])
        return "".join(lines[: nodes[0].line - 1])


def _entry_as_text(entry: EntryNode) -> str:
    title = re.sub(r"([\\\[\]*_`<>])", r"\\\1", entry.title)
    text = f"[{title}](<{entry.url}>)"
    return f"{text}\n\n{entry.why}" if entry.why else text

"""Turns a Markdown file into a Document, or refuses it with line numbers and reasons."""

from django.utils.translation import gettext_noop as _
from markdown_it.tree import SyntaxTreeNode

from readlist_site.base.languages.message import Message

from .entry import entry_of, entry_of_row, source_link
from .heading_kind import kind_and_role, names_method, names_page
from .limits import MAX_ENTRIES, MAX_HEADINGS, MAX_METHOD, MAX_NESTING, MAX_TEXT, MAX_TITLE, check_lines, check_size
from .nodes import Document, EntryNode, Problem, SectionNode, UnreadableList
from .parser import Progress, lines_of, links_in, no_progress, parse, plain, with_references

LISTS = {"ordered_list", "bullet_list"}
UNNAMED = "Reading list"
_BOM = "\ufeff"


def read(text: str, on_progress: Progress = no_progress) -> Document:
    """Parse a list file. The document's `notes` list whatever is neither a heading, nor text under one, nor an entry.
    `on_progress` is called often, with the share of the work that is done, and may raise to stop it.

    Raises UnreadableList if the file has no entry, exceeds a limit or can't be stored without loss."""
    check_size(text)
    mark = _BOM if text.startswith(_BOM) else ""
    try:
        document = _Reader(text.removeprefix(_BOM), on_progress).read()
    except RecursionError:
        raise UnreadableList([Problem(1, Message(_("the Markdown in this file is nested too deeply.")))]) from None
    document.preamble = mark + document.preamble
    return document


class _Reader:
    """Builds a Document in one pass over the file's blocks."""

    def __init__(self, text: str, on_progress: Progress) -> None:
        self.on_progress = on_progress
        self.lines = lines_of(text)
        check_lines(self.lines)
        self.references: dict = {}
        self.blocks = parse(text, self.references, lambda share: on_progress(share / 2)).children
        self.sections: list[SectionNode] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.found = 0

    def read(self) -> Document:
        for number, block in enumerate(self.blocks, start=1):
            self._take(block)
            self.on_progress((1 + number / len(self.blocks)) / 2)
        if not self.found:
            reason = Message(
                _("this file has no entries. An entry is a list item, a table row or a paragraph with a link.")
            )
            raise UnreadableList([*self.problems, Problem(1, reason), *self.notes])
        if self.found > MAX_ENTRIES:
            self._refuse(1, _("this file has more than %(number)s entries."), number=MAX_ENTRIES)
        steps, prompts = self._method()
        for section in self.sections:
            section.body = self._body(section.blocks)
            if len(section.body) > MAX_TEXT:
                too_long = _("the text under this heading is longer than %(number)s characters.")
                self._refuse(section.line, too_long, number=MAX_TEXT)
        if self.problems:
            raise UnreadableList(self.problems)
        for section in self.sections:
            section.kind, section.role = kind_and_role(section)
        notes = sorted(self.notes, key=lambda note: note.line)
        return Document(self._share_lines(), self.sections, steps, prompts, notes)

    def _refuse(self, line: int, reason: str, **values) -> None:
        self.problems.append(Problem(line, Message(reason, values)))

    def _note(self, line: int, reason: str, **values) -> None:
        self.notes.append(Problem(line, Message(reason, values)))

    def _take(self, block: SyntaxTreeNode) -> None:
        section = self.sections[-1] if self.sections else None
        line = block.map[0] + 1
        self._look_closer(block, line)
        if block.type == "heading":
            self._open(block, line)
        elif self._names_entries(block, section):
            self._entries(block, section or self._unnamed(line))
        elif block.type != "hr" and section and section.entries:
            self._note(
                line,
                _(
                    "this text comes after the entries of “%(title)s”, so it isn’t shown. Move it above them or under "
                    "a heading of its own. It stays in the exported file."
                ),
                title=section.title,
            )
        elif section:
            section.blocks.append(block)

    def _look_closer(self, block: SyntaxTreeNode, line: int) -> None:
        """Note images and HTML links inside the block, which are ignored, and refuse nesting beyond MAX_NESTING."""
        for node in block.walk():
            if node.type == "image":
                self._note(line, _("this image isn’t shown."))
                break
        if any("html" in node.type and "<a " in node.content.lower() for node in block.walk()):
            self._note(line, _("links written in HTML aren’t imported. Write them in Markdown."))
        if any(node.level >= MAX_NESTING - 1 for node in block.walk() if node.type != "inline" and node.is_nested):
            self._refuse(line, _("this is nested deeper than %(number)s levels."), number=MAX_NESTING // 2)

    def _unnamed(self, line: int) -> SectionNode:
        """Add a heading for entries that come before the first heading. It has no lines of its own."""
        levels = [int(block.tag[1]) for block in self.blocks if block.type == "heading"]
        self.sections.append(SectionNode(line, min(levels, default=1), UNNAMED))
        return self.sections[-1]

    def _open(self, block: SyntaxTreeNode, line: int) -> None:
        title = " ".join(plain(block.children[0]).split())
        if not title:
            self._refuse(line, _("this heading is empty."))
        if len(title) > MAX_TITLE:
            self._refuse(line, _("this heading is longer than %(number)s characters."), number=MAX_TITLE)
        if len(self.sections) == MAX_HEADINGS:
            reason = Message(_("this file has more than %(number)s headings."), {"number": MAX_HEADINGS})
            raise UnreadableList([Problem(line, reason)])
        level = int(block.tag[1])
        parent = self.sections[-1] if self.sections else None
        while parent and parent.level >= level:
            parent = parent.parent
        section = SectionNode(line, level, title, parent)
        if parent:
            parent.children.append(section)
        self.sections.append(section)

    def _names_entries(self, block: SyntaxTreeNode, section: SectionNode | None) -> bool:
        """Whether this block holds entries. Blocks under a page's heading ("How to use this") never do."""
        above = section
        while above:
            if names_page(above.title):
                return False
            above = above.parent
        if block.type in LISTS:
            return any(_leads_somewhere(item) for item in block.children)
        if block.type == "table":
            return any(_leads_somewhere(row) for row in _rows(block))
        return block.type == "paragraph" and _begins_with_link(block)

    def _entries(self, block: SyntaxTreeNode, section: SectionNode) -> None:
        if block.type == "table":
            headings = [plain(cell.children[0]).strip() if cell.children else "" for cell in _head(block).children]
            for row in _rows(block):
                self._add(row, entry_of_row(row, headings), section)
        elif block.type == "paragraph":
            self._add(block, entry_of(block, self._lines(block)), section)
        else:
            for item in block.children:
                self._item(item, section)

    def _item(self, item: SyntaxTreeNode, section: SectionNode) -> None:
        """Add the item as an entry. If it has no link but a nested list with links, add the nested items instead."""
        if "[x] " in self.lines[item.map[0]].lower()[:12]:
            self._note(item.map[0] + 1, _("this tick isn’t imported. Each member marks their own reading."))
        nested = [part for part in item.children if part.type in LISTS and any(map(_leads_somewhere, part.children))]
        if source_link(item) is not None or not nested:
            self._add(item, entry_of(item, self._lines(item)), section)
            return
        self._note(
            item.map[0] + 1, _("this item has no link, so it isn’t imported. The items with links under it are.")
        )
        for part in nested:
            for below in part.children:
                self._item(below, section)

    def _lines(self, block: SyntaxTreeNode) -> str:
        return "".join(self.lines[block.map[0] : block.map[1]])

    def _add(self, block: SyntaxTreeNode, entry: EntryNode | Message, section: SectionNode) -> None:
        if not isinstance(entry, EntryNode):
            self.notes.append(Problem(block.map[0] + 1, entry))
            return
        entry.why = with_references(entry.why, self.references)
        section.entries.append(entry)
        self.found += 1

    def _body(self, blocks: list[SyntaxTreeNode]) -> str:
        """The Markdown under a heading, without leading and trailing horizontal rules."""
        prose = list(blocks)
        while prose and prose[-1].type == "hr":
            prose.pop()
        while prose and prose[0].type == "hr":
            prose.pop(0)
        if not prose:
            return ""
        text = "".join(self.lines[prose[0].map[0] : prose[-1].map[1]])
        return with_references(text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"), self.references)

    def _method(self) -> tuple[list[str], list[str]]:
        """The steps and prompts of the first "How to use" page that has a numbered list."""
        for section in self.sections:
            if names_method(section.title):
                for block in section.blocks:
                    if block.type == "ordered_list":
                        return self._steps(block)
        return [], []

    def _steps(self, block: SyntaxTreeNode) -> tuple[list[str], list[str]]:
        """The steps (the list's items) and the prompts (the items of lists nested in them)."""
        steps = self._first_lines(block)
        nested = [part for item in block.children for part in item.children if part.type in LISTS]
        prompts = [text for part in nested for text in self._first_lines(part)]
        return [step.rstrip(":") for step in steps], prompts

    def _first_lines(self, block: SyntaxTreeNode) -> list[str]:
        found = []
        for item in block.children:
            text = ""
            if item.children and item.children[0].type == "paragraph":
                text = " ".join(item.children[0].children[0].content.split())
            if not text or len(text) > MAX_METHOD:
                too_long = _("a step or prompt must be one line of at most %(number)s characters.")
                self._note(item.map[0] + 1, too_long, number=MAX_METHOD)
            else:
                found.append(text)
        return found

    def _share_lines(self) -> str:
        """Set each node's source text: the lines from its own up to the next node's. Return the lines before the first
        node."""
        nodes = [node for section in self.sections for node in (section, *section.entries)]
        ends = [node.line - 1 for node in nodes[1:]] + [len(self.lines)]
        for node, end in zip(nodes, ends, strict=True):
            node.source_text = "".join(self.lines[node.line - 1 : end])
        return "".join(self.lines[: nodes[0].line - 1])


def _leads_somewhere(block: SyntaxTreeNode) -> bool:
    """Whether the item or row, or an item nested in it, has a link. A link to a fragment of the page doesn't count."""
    link = source_link(block)
    if link is not None:
        return not link.attrs["href"].startswith("#")
    return any(_leads_somewhere(item) for part in block.children if part.type in LISTS for item in part.children)


def _begins_with_link(block: SyntaxTreeNode) -> bool:
    """Whether a paragraph begins with a web link, with or without emphasis."""
    first = block.children[0] if block.children else None
    while first is not None and first.type in {"inline", "strong", "em"}:
        first = next((child for child in first.children if child.type != "text" or child.content), None)
    is_link = first is not None and first.type == "link" and first in links_in(block)
    return is_link and first.attrs["href"].lower().startswith(("http://", "https://"))


def _head(table: SyntaxTreeNode) -> SyntaxTreeNode:
    return table.children[0].children[0]


def _rows(table: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [row for part in table.children if part.type == "tbody" for row in part.children]

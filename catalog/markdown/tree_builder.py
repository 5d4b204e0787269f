"""Builds the tree of headings and entries of a file, part by part."""

import re

from django.utils.translation import gettext_noop as _

from .block_text import BlockText
from .clean import Cleaned, on_one_line, with_breaks
from .commonmark import links_in, plain, with_references
from .entry import JOINTS, Named, ReadEntry, entry_of, is_web_link, make_entry, name_in, source_link
from .labels import ADDRESS, Labels, folded, is_title_like, without_number
from .limits import MAX_NESTING, MAX_TEXT, MAX_TITLE
from .nodes import Problem, SectionNode
from .parse_notes import ParseNotes
from .section_tree import MAX_LEVEL, UNNAMED, SectionTree
from .survey import Part, Survey
from .syntax_tree import LISTS, Node
from .table import TableReader

_MAX_LABEL = 80


class TreeBuilder:
    """Adds what each part of a file holds to a tree."""

    def __init__(self, survey: Survey, cleaned: Cleaned, notes: ParseNotes, labels: Labels, references: dict) -> None:
        self.survey, self.cleaned, self.notes, self.labels = survey, cleaned, notes, labels
        self.references = references
        self.tree = SectionTree()
        self.text = BlockText(cleaned.text.split("\n"))
        # The section of the last <details> element, and the line where it ends.
        self.opened_details: tuple[SectionNode, int] | None = None

    def take(self, part: Part) -> None:
        if part.heading is not None:
            line = part.heading.map[0] + 1
            self._look_closer(part.heading, line)
            if part.is_entry:
                self._heading_entry(part)
                return
            self._open_heading(part, line)
        for place, block in enumerate(part.blocks):
            line = block.map[0] + 1
            self._look_closer(block, line)
            self._take_block(block, line, part, part.blocks[place + 1 :])

    def _take_block(self, block: Node, line: int, part: Part, following: list[Node]) -> None:
        section = self.tree.last
        if line in self.cleaned.anchors and self._leads_within(block, line):
            return
        if block.type == "paragraph" and self._opens_shelf(block, line, part, following):
            return
        if self.survey.holds_entries(block) or (block.type == "paragraph" and block in part.entry_paragraphs):
            section = section or self.tree.add_unnamed(line, self.survey.highest_level)
            if self.opened_details and block.map[0] + 1 > self.opened_details[1]:
                section = self._go_on_after_details()
            self._entries(block, section)
        elif block.type != "hr" and section and section.entries:
            self._follow(block, line, section)
        elif section:
            section.blocks.append(block)

    def _leads_within(self, block: Node, line: int) -> bool:
        """Whether a paragraph has nothing but links to places in the file, such as "back to top". It is told then."""
        if block.type != "paragraph" or not self.tree.sections:
            return False
        words = self.text.lines[line - 1]
        for anchor in self.cleaned.anchors[line]:
            words = words.replace(anchor, "", 1)
        if block.map[1] - block.map[0] > 1 or any(map(str.isalnum, words)):
            return False
        self.notes.within.setdefault(" ".join(plain(block.children[0]).split()), line)
        return True

    def _opens_shelf(self, block: Node, line: int, part: Part, following: list[Node]) -> bool:
        """Add a heading for a paragraph that acts as one: a summary of <details>, a bold line, or a short line with a
        colon between lists. Entries must follow it before the next heading."""
        if not any(self.survey.holds_entries(each) or each in part.entry_paragraphs for each in following):
            return False
        inline = block.children[0]
        if line in self.cleaned.summaries:
            title = self.text.lines[line - 1].strip().strip("* ")
            if "\n" not in inline.content:
                title = plain(inline).split("\n")[0]
            if not self.tree.make_below(on_one_line(title), line, is_shelf=len(self.survey.headings) != 1):
                return False
            end = next((each for each in sorted(self.cleaned.ends) if each > line), None)
            self.opened_details = (self.tree.last, end) if end else None
            if block.map[1] - block.map[0] > 1:
                self.tree.last.texts.append("\n".join(self.text.lines[block.map[0] + 1 : block.map[1]]))
            return True
        if "\n" in inline.content or "](" in inline.content or "://" in inline.content:
            return False
        words = on_one_line(plain(inline))
        if len(words) > _MAX_LABEL or not is_title_like(words):
            return False
        shown = [child for child in inline.children if child.type != "text" or child.content.strip(" :：")]
        is_bold = len(shown) == 1 and shown[0].type == "strong"
        section = self.tree.last
        is_intro = (
            words.endswith((":", "："))
            and section is not None
            and bool(section.entries or section.is_shelf)
            and self.survey.holds_entries(following[0])
            and len(words) <= _MAX_LABEL // 2 + 10
        )
        return (is_bold or is_intro) and self.tree.make_below(words.rstrip(":： "), line, is_shelf=True)

    def _go_on_after_details(self) -> SectionNode:
        """The section that what follows a <details> element belongs to."""
        section, _end = self.opened_details
        self.opened_details = None
        return section.parent or section

    def _look_closer(self, block: Node, line: int) -> None:
        """Refuse nesting beyond MAX_NESTING."""
        nodes = block.walk() if block.type in LISTS or block.type == "blockquote" else ()
        if any(node.level >= MAX_NESTING - 1 for node in nodes if node.type != "inline" and node.is_nested):
            self.notes.refuse(line, _("this is nested deeper than %(number)s levels."), number=MAX_NESTING // 2)

    def _open_heading(self, part: Part, line: int) -> None:
        inline = part.heading.children[0]
        title = on_one_line(plain(inline))
        if not title:
            if line not in self.cleaned.images:
                self.notes.refuse(line, _("this heading is empty."))
                return
            title = UNNAMED
        if len(title) > MAX_TITLE:
            self.notes.refuse(line, _("this heading is longer than %(number)s characters."), number=MAX_TITLE)
        section = self.tree.open(title, line, part.level, self.tree.parent_of(part.level))
        self.opened_details = None
        links = [link for link in links_in(inline) if is_web_link(link)]
        section.texts += [
            f"<{link.attrs['href']}>" if ADDRESS.match(plain(link)) else _as_markdown(link) for link in links
        ]

    def _heading_entry(self, part: Part) -> None:
        heading, line = part.heading, part.heading.map[0] + 1
        section = self.tree.section_of_entry_headings(part.level, line)
        link = self.survey.link_of_heading(part)
        inline = heading.children[0]
        blocks = [block for block in part.blocks if block.type != "hr"]
        if link in inline.walk():
            named = name_in(inline, link, self.labels)
            if not named.title:
                named.title = plain(link)
        else:
            named = Named(without_number(on_one_line(plain(inline))))
            holder = blocks.pop(0)
            best = source_link(holder, self.labels)
            link = best or link
            rest = name_in(holder.children[0], link, self.labels, alone=True)
            named.after, named.labels = rest.rest, rest.labels
        for block in part.blocks:
            self._look_closer(block, block.map[0] + 1)
        text = self.text.between(blocks[0].map[0], blocks[-1].map[1]) if blocks else ""
        why = "\n\n".join(filter(None, (named.rest, text)))
        self._add(line, make_entry(line, named, link.attrs["href"], why), section, heading)

    def _entries(self, block: Node, section: SectionNode) -> None:
        if block.type == "table":
            self._table(block, section)
        elif block.type == "paragraph":
            self._add(block.map[0] + 1, entry_of(block, self.text.lines_of(block), self.labels), section, block)
        else:
            self._list(block, section)

    def _table(self, table: Node, section: SectionNode) -> None:
        reader = TableReader(table, self.labels)
        columns = ", ".join(f"“{name}”" for name in reader.headings if name)
        if columns:
            titles = reader.headings[reader.named] or str(reader.named + 1)
            self.notes.note(
                table.map[0] + 1,
                _("this table has the columns %(columns)s. The titles come from the column “%(name)s”."),
                columns=columns,
                name=titles,
            )
        for row, node in zip(reader.read(), reader.rows, strict=True):
            target = self.tree.last
            if row.heading and section.level < MAX_LEVEL:
                target = self.tree.make(row.heading[:MAX_TITLE], row.line, section.level + 1, section)
                target.is_shelf = section.is_shelf or section.is_made
            if row.text:
                target.texts.append(with_breaks(row.text))
            for entry in row.entries:
                self._add(row.line, entry, target, node)

    def _list(self, block: Node, section: SectionNode) -> None:
        """Add the items as entries. Items without a link that have lists with links below them are headings, if no item
        with a link follows them; else what is below them stands without them."""
        items = block.children
        groups = [place for place, item in enumerate(items) if self._is_group(item)]
        level = section.level + 1
        sectioned = (
            groups
            and level <= MAX_LEVEL
            and all(source_link(item) is None for item in items[groups[0] :])
            and all(0 < len(self._item_words(items[place])) <= MAX_TITLE for place in groups)
        )
        for place, item in enumerate(items):
            if self.opened_details and item.map[0] + 1 > self.opened_details[1]:
                # Without the tag in between, what follows <details> goes on with its list.
                section = self._go_on_after_details()
            if sectioned and place >= groups[0]:
                self._group(item, section, level)
            else:
                self._item(item, section)

    def _is_group(self, item: Node) -> bool:
        return any(self.survey.holds_entries(part) for part in item.children) and source_link(item) is None

    @staticmethod
    def _item_words(item: Node) -> str:
        first = item.children[0] if item.children else None
        if first is None or first.type not in {"paragraph", "heading"}:
            return ""
        words = on_one_line(plain(first.children[0]))
        return re.sub(r"^\[[ xX]\]\s+", "", words).strip(JOINTS.replace(".", "") + "：")

    def _group(self, item: Node, section: SectionNode, level: int) -> None:
        """Add the item as a heading, with what is below it."""
        words = self._item_words(item)
        group = self.tree.make(words if 0 < len(words) <= MAX_TITLE else UNNAMED, item.map[0] + 1, level, section)
        if group.title != words and item.children:
            group.texts.append(self.text.dedented(item.children[0]))
        group.is_shelf = len(self.survey.headings) > 1 or (bool(self.survey.headings) and section.is_shelf)
        for part in _below(item):
            if self.survey.holds_entries(part):
                if part.type == "table":
                    self._table(part, group)
                else:
                    self._list(part, group)
            else:
                group.texts.append(self.text.dedented(part))

    def _item(self, item: Node, section: SectionNode) -> None:
        """Add the item as an entry. If it has no link but a nested list with links, add the nested items instead."""
        line = item.map[0] + 1
        if "[x] " in self.notes.lines[line - 1].lower()[:12]:
            self.notes.ticks.append(line)
        nested = [part for part in item.children if self.survey.holds_entries(part)]
        if not nested or source_link(item) is not None:
            self._add(line, entry_of(item, self.text.lines_of(item), self.labels), section, item)
            return
        words = self._item_words(item)
        self.notes.note(
            line,
            _("“%(title)s” has no link, so it isn’t imported. The items with links under it are."),
            title=words,
        )
        for part in _below(item):
            if part not in nested:
                section.texts.append(self.text.dedented(part))
            elif part.type == "table":
                self._table(part, section)
            else:
                for below in part.children:
                    self._item(below, section)

    def _add(self, line: int, entry: ReadEntry, section: SectionNode, block: Node) -> None:
        """Add the entry; if it is none, keep its words as text of the section."""
        if entry.node is None:
            self.notes.notes.append(Problem(line, entry.reason))
            text = self.text.dedented(block)
            if block.type == "tr":
                cells = [child.children[0].content for child in block.children if child.children]
                text = " — ".join(filter(str.strip, cells))
            section.texts.append(with_breaks(text))
            return
        for label in entry.labels:
            self.notes.labels_left_out[folded(label) or label].append(line)
        if entry.is_struck:
            self.notes.note(line, _("“%(title)s” is struck out in the file."), title=entry.node.title)
        if entry.is_cut:
            self.notes.note(
                line,
                _("this title is longer than %(number)s characters. It is shortened; the reason has all of it."),
                number=MAX_TITLE,
            )
        entry.node.why = with_references(entry.node.why, self.references)
        section = self.tree.at_end(section, line)
        section.entries.append(entry.node)
        if block.type == "paragraph":
            self.tree.from_paragraphs.add(entry.node)

    def _follow(self, block: Node, line: int, section: SectionNode) -> None:
        """Show a text that stands after an entry with it."""
        if not self.text.between(*block.map).strip():
            return
        entry = section.entries[-1]
        text = with_references(self.text.dedented(block), self.references)
        why = f"{entry.why}\n\n{text}" if entry.why else text
        if len(why) > MAX_TEXT:
            section.texts.append(text)
            return
        entry.why = why
        if block.type not in LISTS | {"paragraph"} or line in self.cleaned.summaries or entry.line + 1 < line:
            self.notes.note(
                line,
                _("this text comes after the entries of “%(title)s”. It is shown with the last one."),
                title=section.title,
            )

    def body_of(self, section: SectionNode) -> str:
        """The Markdown under a heading, without leading and trailing horizontal rules."""
        prose = list(section.blocks)
        while prose and prose[-1].type == "hr":
            prose.pop()
        while prose and prose[0].type == "hr":
            prose.pop(0)
        text = self.text.between(prose[0].map[0], prose[-1].map[1]) if prose else ""
        texts = [each.strip("\n") for each in (text, *section.texts)]
        return with_references("\n\n".join(filter(None, texts)), self.references).rstrip()


def _below(item: Node) -> list[Node]:
    """The blocks of an item after its first words."""
    first = item.children[0].type if item.children else ""
    return item.children[1:] if first in {"paragraph", "heading"} else item.children


def _as_markdown(link: Node) -> str:
    words = plain(link).replace("[", "\\[").replace("]", "\\]")
    return f"[{words}](<{link.attrs['href']}>)"

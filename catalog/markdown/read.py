"""Turns a Markdown file into a Document, or refuses it with line numbers and reasons.

What is a heading, an entry or text follows from the structure of the whole file: where links are, what all rows of a
table hold, which headings look alike."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, zip_longest

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message
from readlist_site.base.text import as_sent

from .clean import clean, on_one_line, with_breaks
from .entry import (
    JOINTS,
    Named,
    ReadEntry,
    entry_of,
    is_web_link,
    make_entry,
    name_in,
    no_link,
    source_link,
)
from .heading_kind import Kinds, names_method
from .labels import ADDRESS, Labels, folded, is_title_like, without_number
from .limits import MAX_ENTRIES, MAX_HEADINGS, MAX_METHOD, MAX_NESTING, MAX_TEXT, MAX_TITLE, check_lines, check_size
from .nodes import Document, EntryNode, Problem, SectionNode, UnreadableList
from .parser import Progress, lines_of, links_in, no_progress, parse, plain, with_references
from .syntax_tree import Node, without_collection
from .table import TableReader, rows_of

LISTS = {"ordered_list", "bullet_list"}
UNNAMED = "Reading list"
_BOM = "\ufeff"
_MAX_LEVEL = 6
_MAX_LABEL = 80
_QUESTION = ("?", "？", "؟")
_LIKE_ENTRY = re.compile(r"https?:|www\.|\]\(|\bdoi\b|arxiv|^\s*(?:[-*+]|\d+[.)])\s", re.IGNORECASE)
_NEAREST = 5


def read(text: str, on_progress: Progress = no_progress, *, base: str = "") -> Document:
    """Parse a list file. The document's `notes` list whatever isn't read as it stands, or isn't shown. Relative links
    are resolved by the address `base`, if there is one. `on_progress` is called often, with the share of the work that
    is done, and may raise to stop it.

    Raises UnreadableList if the file has no entry, exceeds a limit or can't be stored without loss."""
    check_size(text)
    mark = _BOM if text.startswith(_BOM) else ""
    try:
        with without_collection():
            reader = _Reader(text.removeprefix(_BOM), on_progress, base)
            document = reader.read()
            reader.root.release()
    except RecursionError:
        raise UnreadableList([Problem(1, Message(_("the Markdown in this file is nested too deeply.")))]) from None
    document.preamble = mark + document.preamble
    return document


@dataclass(eq=False)
class _Part:
    """A heading of the file, or what is before the first one (`heading` is None), with the blocks up to the next."""

    heading: Node | None
    blocks: list[Node] = field(default_factory=list)
    is_entry: bool = False
    has_below: bool = False  # whether deeper headings follow
    entry_paragraphs: set[Node] = field(default_factory=set)

    @property
    def level(self) -> int:
        return int(self.heading.tag[1]) if self.heading else 0


class _Reader:
    """Builds a Document: a survey of all blocks, one pass that builds the tree, and one over the tree."""

    def __init__(self, text: str, on_progress: Progress, base: str) -> None:
        self.on_progress = on_progress
        self.lines = lines_of(text)
        check_lines(self.lines)
        self.cleaned = clean(text, base)
        self.shown = self.cleaned.text.split("\n")
        self.references: dict = {}
        self.links: list[tuple[str, str]] = []
        self.root = parse(self.cleaned.text, self.references, lambda share: on_progress(share / 2), self.links)
        self.blocks = self.root.children
        self.sections: list[SectionNode] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.labels_left_out: dict[str, list[int]] = defaultdict(list)
        self.found = 0
        self.lists: dict[Node, bool] = {}
        self.from_paragraphs: set[EntryNode] = set()
        self.again: dict[SectionNode, SectionNode] = {}
        # The texts of links within the file, each with its first line.
        self.within: dict[str, int] = {}
        self.ticks: list[int] = []
        # The section of the last <details> element, and the line where it ends.
        self.opened_details: tuple[SectionNode, int] | None = None

    def read(self) -> Document:
        self.labels = self._labels()
        self.parts = self._parts()
        self._survey()
        done = 0
        for part in self.parts:
            self._take_part(part)
            done += 1 + len(part.blocks)
            self.on_progress((1 + done / (len(self.blocks) + 1)) / 2)
        self._note_cleaned()
        if not self.found:
            self._note_nothing()
            reason = Message(
                _("this file has no entries. An entry is a list item, a table row or a paragraph with a link.")
            )
            raise UnreadableList([*self.problems, Problem(1, reason), *self.notes])
        if self.found > MAX_ENTRIES:
            self._refuse(1, _("this file has more than %(number)s entries."), number=MAX_ENTRIES)
        self._settle_containers()
        for section in self.sections:
            section.body = self._body(section)
            if len(section.body) > MAX_TEXT:
                too_long = _("the text under this heading is longer than %(number)s characters.")
                self._refuse(section.line, too_long, number=MAX_TEXT)
        steps, prompts = self._method()
        if self.problems:
            raise UnreadableList(self.problems)
        for section in self.sections:
            self._note_unclear(section.line, section.title, section.body)
            for entry in section.entries:
                self._note_unclear(entry.line, entry.title, entry.why)
        Kinds(self.sections).set_all()
        self._note_labels()
        notes = sorted(self.notes, key=lambda note: note.line)
        return Document(self._share_lines(), self.sections, steps, prompts, notes)

    def _refuse(self, line: int, reason: str, **values) -> None:
        self.problems.append(Problem(line, Message(reason, values)))

    def _note(self, line: int, reason: str, **values) -> None:
        self.notes.append(Problem(line, Message(reason, values)))

    # The survey.

    def _labels(self) -> Labels:
        bold = re.findall(r"\*\*([^*\n]{1,40}?)(?::\*\*|\*\*:)", self.cleaned.text)
        return Labels(self.links, bold)

    def _parts(self) -> list[_Part]:
        parts = [_Part(None)]
        for block in self.blocks:
            if block.type == "heading":
                parts.append(_Part(block))
            else:
                parts[-1].blocks.append(block)
        for part, following in pairwise(parts):
            part.has_below = part.heading is not None and following.level > part.level
        return parts

    def _survey(self) -> None:
        """Decide which paragraphs and headings are entries."""
        qualified: dict[int, list[_Part]] = defaultdict(list)
        others: dict[int, int] = defaultdict(int)
        loose: list[tuple[_Part, Node]] = []
        for part in self.parts:
            has_lists = any(self._holds_entries(block) for block in part.blocks)
            is_leaf = part.heading is not None and not part.has_below
            if is_leaf and not has_lists and self._link_of_heading(part) is not None:
                qualified[part.level].append(part)
            styles = [
                (block, self._style(block, following))
                for block, following in zip_longest(part.blocks, part.blocks[1:])
                if block.type == "paragraph"
            ]
            named = [block for block, style in styles if style in {"lead", "ref"}]
            tails = [block for block, style in styles if style == "tail"]
            part.entry_paragraphs = {
                block for block, style in styles if style == "lead" and not self._repeats_heading(part, block)
            }
            if has_lists:
                first = next(block for block in part.blocks if self._holds_entries(block))
                part.entry_paragraphs -= {
                    block for block in named if block.map[0] < first.map[0] and self._goes_on(block)
                }
            else:
                part.entry_paragraphs.update(block for block in named if not self._repeats_heading(part, block))
                if len(named) + len(tails) > 1:
                    part.entry_paragraphs.update(tails)
                loose += [(part, block) for block in tails]
            if is_leaf and (has_lists or part.entry_paragraphs):
                others[part.level] += 1
        for level, parts in qualified.items():
            alike = len(parts) * 5 >= 3 * max(others[level] + sum(not part.entry_paragraphs for part in parts), 1)
            for part in parts:
                own = any(is_web_link(link) for link in links_in(part.heading))
                part.is_entry = alike and (len(parts) > 1 or own) and (level > 1 or len(parts) > 1)
        if not any(part.is_entry or part.entry_paragraphs for part in self.parts) and not any(self.lists.values()):
            for part, block in loose:
                part.entry_paragraphs.add(block)

    def _style(self, block: Node, following: Node | None) -> str:
        """How a paragraph names a link: "lead" if it begins with it; "ref" if it is a reference with a number, bold or
        quoted title; "tail" if it ends with it; "" if it is prose or has none."""
        inline = block.children[0] if block.children else None
        if inline is None or ("://" not in inline.content and not self.references):
            return ""
        link = source_link(block)
        if link is None or block.map[0] + 1 in self.cleaned.summaries:
            return ""
        if plain(inline).rstrip().endswith(":") and following is not None and self._holds_entries(following):
            return ""
        before = inline.content[: link.start]
        if not is_title_like(without_number(before.strip(JOINTS + "*_~[("))) and not before.count("!"):
            return "lead"
        own = plain(link)
        is_label = bool(ADDRESS.match(own)) or self.labels.is_repeated(own)
        numbered = without_number(before.lstrip()) != before.lstrip()
        stressed = before.lstrip().startswith(("**", "__", '"', "“", "«", "「", "《"))
        in_bold = link.parent is not None and link.parent.type == "strong"
        if (numbered or stressed) and (is_label or in_bold or numbered):
            return "ref"
        tail = inline.content[link.end :]
        if is_label and not any(map(str.isalpha, re.sub(r"\[[^\]]*\]\([^)]*\)", "", tail))):
            return "tail"
        return ""

    @staticmethod
    def _repeats_heading(part: _Part, block: Node) -> bool:
        """Whether the paragraph is but the heading once more, as a link."""
        return part.heading is not None and plain(block.children[0]).strip() == plain(part.heading.children[0]).strip()

    @staticmethod
    def _goes_on(block: Node) -> bool:
        """Whether the words after the paragraph's first link go on with its sentence."""
        link = source_link(block)
        tail = block.children[0].content[link.end :]
        return bool(re.match(r"\s+[a-z]", tail))

    def _holds_entries(self, block: Node) -> bool:
        if block.type in LISTS or block.type == "table":
            if block not in self.lists:
                members = block.children if block.type in LISTS else rows_of(block)
                self.lists[block] = any(map(_leads_somewhere, members))
            return self.lists[block]
        return False

    def _link_of_heading(self, part: _Part) -> Node | None:
        """The link of a heading that may be an entry: in the heading, which has no other words, or in the paragraph
        under it, which has nothing but links whose texts are addresses or labels."""
        inline = part.heading.children[0]
        own = [link for link in links_in(inline) if is_web_link(link)]
        if own:
            words = "".join(plain(inline).split())
            return own[0] if without_number(words).strip(JOINTS) == "".join(plain(own[0]).split()) else None
        first = next((block for block in part.blocks if block.type != "hr"), None)
        if first is None or first.type != "paragraph" or not is_title_like(plain(inline)):
            return None
        links = [link for link in links_in(first) if is_web_link(link)]
        texts = [plain(link) for link in links]
        if not links or not all(ADDRESS.match(text) or self.labels.is_label(text) for text in texts):
            return None
        rest = plain(first.children[0])
        for text in texts:
            rest = rest.replace(text, "", 1)
        words = [word for word in re.split(r"[\W_]+", rest) if word]
        return links[0] if all(map(self.labels.is_label, words)) else None

    # The tree.

    def _take_part(self, part: _Part) -> None:
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
            self._take(block, line, part, part.blocks[place + 1 :])

    def _take(self, block: Node, line: int, part: _Part, following: list[Node]) -> None:
        section = self.sections[-1] if self.sections else None
        if line in self.cleaned.anchors and self._leads_within(block, line):
            return
        if block.type == "paragraph" and self._opens_shelf(block, line, part, following):
            return
        if self._holds_entries(block) or (block.type == "paragraph" and block in part.entry_paragraphs):
            section = section or self._unnamed(line)
            if self.opened_details and block.map[0] + 1 > self.opened_details[1]:
                section = self._go_on_after_details()
            self._entries(block, section)
        elif block.type != "hr" and section and section.entries:
            self._follow(block, line, section)
        elif section:
            section.blocks.append(block)

    def _leads_within(self, block: Node, line: int) -> bool:
        """Whether a paragraph has nothing but links to places in the file, such as "back to top". It is told then."""
        if block.type != "paragraph" or not self.sections:
            return False
        words = self.shown[line - 1]
        for anchor in self.cleaned.anchors[line]:
            words = words.replace(anchor, "", 1)
        if block.map[1] - block.map[0] > 1 or any(map(str.isalnum, words)):
            return False
        self.within.setdefault(" ".join(plain(block.children[0]).split()), line)
        return True

    def _opens_shelf(self, block: Node, line: int, part: _Part, following: list[Node]) -> bool:
        """Add a heading for a paragraph that acts as one: a summary of <details>, a bold line, or a short line with a
        colon between lists. Entries must follow it before the next heading."""
        if not any(self._holds_entries(each) or each in part.entry_paragraphs for each in following):
            return False
        inline = block.children[0]
        if line in self.cleaned.summaries:
            title = self.shown[line - 1].strip().strip("* ")
            if "\n" not in inline.content:
                title = plain(inline).split("\n")[0]
            if not self._add_heading(on_one_line(title), line, is_block=True):
                return False
            end = next((each for each in sorted(self.cleaned.ends) if each > line), None)
            self.opened_details = (self.sections[-1], end) if end else None
            if block.map[1] - block.map[0] > 1:
                self.sections[-1].texts.append("\n".join(self.shown[block.map[0] + 1 : block.map[1]]))
            return True
        if "\n" in inline.content or "](" in inline.content or "://" in inline.content:
            return False
        words = on_one_line(plain(inline))
        if len(words) > _MAX_LABEL or not is_title_like(words):
            return False
        shown = [child for child in inline.children if child.type != "text" or child.content.strip(" :：")]
        is_bold = len(shown) == 1 and shown[0].type == "strong"
        section = self.sections[-1] if self.sections else None
        is_intro = (
            words.endswith((":", "："))
            and section is not None
            and bool(section.entries or section.is_shelf)
            and self._holds_entries(following[0])
            and len(words) <= _MAX_LABEL // 2 + 10
        )
        return (is_bold or is_intro) and self._add_heading(words.rstrip(":： "), line)

    def _add_heading(self, title: str, line: int, *, is_block: bool = False) -> bool:
        """Add a heading that isn't one in Markdown, under the last one that is; a shelf if there is such a heading,
        unless it is a block (<details>) under a title that stands above all. False if it would be too deep."""
        if not title or len(title) > MAX_TITLE:
            return False
        parent = self.sections[-1] if self.sections else None
        while parent and parent.is_made:
            parent = parent.parent
        level = parent.level + 1 if parent else 1
        if level > _MAX_LEVEL:
            return False
        only_title = len(self._headings) == 1
        section = self._make(title, line, level, parent)
        section.is_shelf = bool(parent) and not (is_block and only_title)
        return True

    @cached_property
    def _headings(self) -> list[_Part]:
        """The headings that are no entries, once the survey has decided."""
        return [part for part in self.parts if part.heading is not None and not part.is_entry]

    def _go_on_after_details(self) -> SectionNode:
        """The section that what follows a <details> element belongs to."""
        section, _end = self.opened_details
        self.opened_details = None
        return section.parent or section

    def _look_closer(self, block: Node, line: int) -> None:
        """Refuse nesting beyond MAX_NESTING."""
        nodes = block.walk() if block.type in LISTS or block.type == "blockquote" else ()
        if any(node.level >= MAX_NESTING - 1 for node in nodes if node.type != "inline" and node.is_nested):
            self._refuse(line, _("this is nested deeper than %(number)s levels."), number=MAX_NESTING // 2)

    def _unnamed(self, line: int) -> SectionNode:
        """Add a heading for entries that come before the first heading. It has no lines of its own."""
        levels = [part.level for part in self.parts if part.heading is not None]
        self.sections.append(SectionNode(line, min(levels, default=1), UNNAMED))
        return self.sections[-1]

    def _open_heading(self, part: _Part, line: int) -> None:
        inline = part.heading.children[0]
        title = on_one_line(plain(inline))
        if not title:
            if line not in self.cleaned.images:
                self._refuse(line, _("this heading is empty."))
                return
            title = UNNAMED
        if len(title) > MAX_TITLE:
            self._refuse(line, _("this heading is longer than %(number)s characters."), number=MAX_TITLE)
        parent = self.sections[-1] if self.sections else None
        while parent and (parent.level >= part.level or parent.is_made):
            parent = parent.parent
        section = self._open(title, line, part.level, parent)
        self.opened_details = None
        links = [link for link in links_in(inline) if is_web_link(link)]
        section.texts += [
            f"<{link.attrs['href']}>" if ADDRESS.match(plain(link)) else _as_markdown(link) for link in links
        ]

    def _open(self, title: str, line: int, level: int, parent: SectionNode | None) -> SectionNode:
        if len(self.sections) == MAX_HEADINGS:
            reason = Message(_("this file has more than %(number)s headings."), {"number": MAX_HEADINGS})
            raise UnreadableList([Problem(line, reason)])
        section = SectionNode(line, level, title, parent)
        if parent:
            parent.children.append(section)
        self.sections.append(section)
        return section

    def _make(self, title: str, line: int, level: int, parent: SectionNode | None) -> SectionNode:
        """Add a heading that isn't one in Markdown."""
        section = self._open(title, line, level, parent)
        section.is_made = True
        return section

    def _section_at(self, level: int, line: int) -> SectionNode:
        """The section that entries written as headings of this level belong to."""
        if not self.sections:
            section = self._unnamed(line)
            section.level = max(level - 1, 1)
            return section
        above = self.sections[-1]
        while above.parent and above.level >= level and not above.is_made:
            above = above.parent
        return above

    def _heading_entry(self, part: _Part) -> None:
        heading, line = part.heading, part.heading.map[0] + 1
        section = self._section_at(part.level, line)
        link = self._link_of_heading(part)
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
        text = self._text(blocks[0].map[0], blocks[-1].map[1]) if blocks else ""
        why = "\n\n".join(filter(None, (named.rest, text)))
        self._add(line, make_entry(line, named, link.attrs["href"], why), section, heading)

    # Entries.

    def _entries(self, block: Node, section: SectionNode) -> None:
        if block.type == "table":
            self._table(block, section)
        elif block.type == "paragraph":
            self._add(block.map[0] + 1, entry_of(block, self._lines(block), self.labels), section, block)
        else:
            self._list(block, section)

    def _table(self, table: Node, section: SectionNode) -> None:
        reader = TableReader(table, self.labels)
        columns = ", ".join(f"“{name}”" for name in reader.headings if name)
        if columns:
            titles = reader.headings[reader.named] or str(reader.named + 1)
            self._note(
                table.map[0] + 1,
                _("this table has the columns %(columns)s. The titles come from the column “%(name)s”."),
                columns=columns,
                name=titles,
            )
        for row, node in zip(reader.read(), reader.rows, strict=True):
            target = self.sections[-1]
            if row.heading and section.level < _MAX_LEVEL:
                target = self._make(row.heading[:MAX_TITLE], row.line, section.level + 1, section)
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
            and level <= _MAX_LEVEL
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
        return source_link(item) is None and any(self._holds_entries(part) for part in item.children)

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
        group = self._make(words if 0 < len(words) <= MAX_TITLE else UNNAMED, item.map[0] + 1, level, section)
        if group.title != words and item.children:
            group.texts.append(self._dedented(item.children[0]))
        group.is_shelf = len(self._headings) > 1 or (bool(self._headings) and section.is_shelf)
        for part in _below(item):
            if self._holds_entries(part):
                if part.type == "table":
                    self._table(part, group)
                else:
                    self._list(part, group)
            else:
                group.texts.append(self._dedented(part))

    def _item(self, item: Node, section: SectionNode) -> None:
        """Add the item as an entry. If it has no link but a nested list with links, add the nested items instead."""
        line = item.map[0] + 1
        if "[x] " in self.lines[line - 1].lower()[:12]:
            self.ticks.append(line)
        nested = [part for part in item.children if self._holds_entries(part)]
        if source_link(item) is not None or not nested:
            self._add(line, entry_of(item, self._lines(item), self.labels), section, item)
            return
        words = self._item_words(item)
        self._note(
            line,
            _("“%(title)s” has no link, so it isn’t imported. The items with links under it are."),
            title=words,
        )
        for part in _below(item):
            if part not in nested:
                section.texts.append(self._dedented(part))
            elif part.type == "table":
                self._table(part, section)
            else:
                for below in part.children:
                    self._item(below, section)

    def _add(self, line: int, entry: ReadEntry, section: SectionNode, block: Node) -> None:
        """Add the entry; if it is none, keep its words as text of the section."""
        if entry.node is None:
            self.notes.append(Problem(line, entry.reason))
            text = self._dedented(block)
            if block.type == "tr":
                cells = [child.children[0].content for child in block.children if child.children]
                text = " — ".join(filter(str.strip, cells))
            section.texts.append(with_breaks(text))
            return
        for label in entry.labels:
            self.labels_left_out[folded(label) or label].append(line)
        if entry.is_struck:
            self._note(line, _("“%(title)s” is struck out in the file."), title=entry.node.title)
        if entry.is_cut:
            self._note(
                line,
                _("this title is longer than %(number)s characters. It is shortened; the reason has all of it."),
                number=MAX_TITLE,
            )
        entry.node.why = with_references(entry.node.why, self.references)
        section = self._at_end(section, line)
        section.entries.append(entry.node)
        if block.type == "paragraph":
            self.from_paragraphs.add(entry.node)
        self.found += 1

    def _at_end(self, section: SectionNode, line: int) -> SectionNode:
        """The section, or if other headings have come after it, one under it that is named like it: entries stand in
        the order of the file."""
        last = self.sections[-1]
        if section is last or self.again.get(section) is last:
            return last
        if section.level == _MAX_LEVEL:
            return last
        again = self.again[section] = self._make(section.title, line, section.level + 1, section)
        again.is_shelf = section.is_shelf or section.is_made
        return again

    def _follow(self, block: Node, line: int, section: SectionNode) -> None:
        """Show a text that stands after an entry with it."""
        if not self._text(*block.map).strip():
            return
        entry = section.entries[-1]
        text = with_references(self._dedented(block), self.references)
        why = f"{entry.why}\n\n{text}" if entry.why else text
        if len(why) > MAX_TEXT:
            section.texts.append(text)
            return
        entry.why = why
        if block.type not in LISTS | {"paragraph"} or line in self.cleaned.summaries or entry.line + 1 < line:
            self._note(
                line,
                _("this text comes after the entries of “%(title)s”. It is shown with the last one."),
                title=section.title,
            )

    # Texts.

    def _lines(self, block: Node) -> str:
        return "\n".join(self.shown[block.map[0] : block.map[1]]) + "\n"

    def _dedented(self, block: Node) -> str:
        """The block's Markdown, without what indents it in a list."""
        lines = self.shown[block.map[0] : block.map[1]]
        width = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
        first = lines[0].lstrip() if lines else ""
        return with_breaks(
            "\n".join([first, *(line[width:] if block.level > 0 else line for line in lines[1:])]).strip("\n")
        )

    def _text(self, start: int, end: int) -> str:
        return with_breaks("\n".join(self.shown[start:end]).strip("\n"))

    def _body(self, section: SectionNode) -> str:
        """The Markdown under a heading, without leading and trailing horizontal rules."""
        prose = list(section.blocks)
        while prose and prose[-1].type == "hr":
            prose.pop()
        while prose and prose[0].type == "hr":
            prose.pop(0)
        text = self._text(prose[0].map[0], prose[-1].map[1]) if prose else ""
        texts = [each.strip("\n") for each in (text, *section.texts)]
        return with_references("\n\n".join(filter(None, texts)), self.references).rstrip()

    # The tree as a whole.

    def _settle_containers(self) -> None:
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
                    self._note(
                        entry.line,
                        _("“%(title)s” comes before the topics. It is shown as text, not as an entry."),
                        title=entry.title,
                    )
                    section.texts.append(_entry_as_text(entry))
                self.found -= len(section.entries)
                section.entries = []
            elif section.level < _MAX_LEVEL:
                # As deep as the heading that follows it, which would otherwise be below it in a file written of this.
                level = section.children[0].level
                own = SectionNode(section.entries[0].line, level, section.title, section)
                own.entries, section.entries = section.entries, []
                section.children.insert(0, own)
                self.sections.insert(self.sections.index(section) + 1, own)

    def _method(self) -> tuple[list[str], list[str]]:
        """The steps and prompts of the first page without sources that gives steps or asks questions: one named "How to
        use", or one with questions under a numbered step."""
        pages = [section for section in self.sections if not section.has_entries]
        named = [section for section in pages if names_method(section.title)]
        for section in named:
            for block in section.blocks:
                if block.type == "ordered_list":
                    return self._steps(block)
        for section in named:
            for block in section.blocks:
                if block.type in LISTS and _asks(block):
                    return [], self._first_lines(block)
        for section in pages:
            for block in section.blocks:
                nested = [part for item in block.children for part in item.children if part.type in LISTS]
                if block.type == "ordered_list" and nested and all(map(_asks, nested)):
                    return self._steps(block)
        return [], []

    def _steps(self, block: Node) -> tuple[list[str], list[str]]:
        """The steps (the list's items) and the prompts (the items of lists nested in them)."""
        steps = self._first_lines(block)
        nested = [part for item in block.children for part in item.children if part.type in LISTS]
        prompts = [text for part in nested for text in self._first_lines(part)]
        return [step.rstrip(":") for step in steps], prompts

    def _first_lines(self, block: Node) -> list[str]:
        found = []
        for item in block.children:
            text = ""
            if item.children and item.children[0].type == "paragraph":
                text = on_one_line(item.children[0].children[0].content)
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

    # The report.

    def _note_cleaned(self) -> None:
        for line, urls in self.cleaned.relative.items():
            for url in urls:
                self._note(line, _("“%(url)s” isn’t a web address but a relative link. It is shown as text."), url=url)
        several = _("images and badges on %(number)s lines aren’t shown. This is the first.")
        self._note_once(sorted(self.cleaned.images), _("this image isn’t shown."), several)
        several = _("%(number)s ticks aren’t imported. This is the first. Each member marks their own reading.")
        self._note_once(self.ticks, _("this tick isn’t imported. Each member marks their own reading."), several)
        for words, line in self.within.items():
            self._note(line, _("“%(words)s” links to a place in the file. It isn’t shown."), words=words)
        for line in self.cleaned.unspaced:
            words = self.lines[line - 1].strip()
            self._note(line, _("“%(words)s” is read as a heading, although a space after “#” is missing."), words=words)

    def _note_unclear(self, line: int, title: str, text: str) -> None:
        """Note a text that may hold a private comment, which is shown whole."""
        if "%%" in text and as_sent(text).refusal:
            reason = _(
                "it isn’t clear where a private comment begins or ends in the text of “%(title)s”, so readers will see "
                "it. Put %(signs)s on lines of their own before and after it, or a backslash before it."
            )
            self._note(line, reason, title=title, signs="%%")

    def _note_once(self, lines: list[int], single: str, several: str, **values) -> None:
        if lines:
            self._note(lines[0], several if len(lines) > 1 else single, number=len(lines), **values)

    def _note_labels(self) -> None:
        single = _("the text “%(label)s” of this link isn’t shown.")
        several = _("the text “%(label)s” of %(number)s links isn’t shown. This is the first.")
        for label, lines in self.labels_left_out.items():
            self._note_once(lines, single, several, label=label)

    def _note_nothing(self) -> None:
        """Note why the file has no entry, and the lines that look most like one."""
        for block in self.blocks:
            if block.type in LISTS and links_in(block):
                for item in (part for part in block.walk() if part.type == "list_item"):
                    reason = no_link(item) or Message(_("this item has no link."))
                    self.notes.append(Problem(item.map[0] + 1, reason))
        if self.cleaned.relative:
            self._note(1, _("all links in this file are relative. Give the base address that they belong to."))
        told = {note.line for note in self.notes}
        found = [(number, line.strip()) for number, line in enumerate(self.lines, start=1) if _LIKE_ENTRY.search(line)]
        for number, line in [each for each in found if each[0] not in told][:_NEAREST]:
            self._note(number, _("“%(text)s” looks most like an entry, but has no web link."), text=line[:100])


def _asks(block: Node) -> bool:
    """Whether all items of a list are questions."""
    items = [
        plain(item.children[0].children[0]).rstrip()
        for item in block.children
        if item.children and item.children[0].children
    ]
    return bool(items) and all(text.endswith(_QUESTION) for text in items)


def _leads_somewhere(block: Node) -> bool:
    """Whether the item or row, or an item nested in it, has a web link."""
    if source_link(block) is not None:
        return True
    return any(
        _leads_somewhere(item)
        for part in block.children
        if part.type in LISTS or part.type == "table"
        for item in (part.children if part.type in LISTS else rows_of(part))
    )


def _below(item: Node) -> list[Node]:
    """The blocks of an item after its first words."""
    first = item.children[0].type if item.children else ""
    return item.children[1:] if first in {"paragraph", "heading"} else item.children


def _as_markdown(link: Node) -> str:
    words = plain(link).replace("[", "\\[").replace("]", "\\]")
    return f"[{words}](<{link.attrs['href']}>)"


def _entry_as_text(entry: EntryNode) -> str:
    title = re.sub(r"([\\\[\]*_`<>])", r"\\\1", entry.title)
    text = f"[{title}](<{entry.url}>)"
    return f"{text}\n\n{entry.why}" if entry.why else text

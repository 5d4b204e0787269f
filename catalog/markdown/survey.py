"""A look over all blocks of a file before the first is taken: which lists, paragraphs and headings are entries."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from django.utils.functional import cached_property

from .commonmark import links_in, plain
from .entry import JOINTS, is_web_link, source_link
from .labels import ADDRESS, Labels, is_title_like, without_number
from .syntax_tree import LISTS, Node
from .table import rows_of


@dataclass(eq=False)
class Part:
    """A heading of the file, or what is before the first one (`heading` is None), with the blocks up to the next."""

    heading: Node | None
    blocks: list[Node] = field(default_factory=list)
    is_entry: bool = False
    has_below: bool = False  # whether deeper headings follow
    entry_paragraphs: set[Node] = field(default_factory=set)

    @property
    def level(self) -> int:
        return int(self.heading.tag[1]) if self.heading else 0


class Survey:
    """The parts of a file. `summaries` are the lines with a summary of <details>; `has_references` says whether links
    may have their address elsewhere in the file."""

    def __init__(self, blocks: list[Node], labels: Labels, summaries: set[int], *, has_references: bool) -> None:
        self.labels, self.summaries, self.has_references = labels, summaries, has_references
        self.lists: dict[Node, bool] = {}
        self.parts = self._parts(blocks)
        self._decide()

    @cached_property
    def headings(self) -> list[Part]:
        """The headings that are no entries, in the order of the file."""
        return [part for part in self.parts if part.heading is not None and not part.is_entry]

    @cached_property
    def highest_level(self) -> int:
        """The level of the highest heading, 1 if there is none."""
        return min((part.level for part in self.parts if part.heading is not None), default=1)

    def _parts(self, blocks: list[Node]) -> list[Part]:
        parts = [Part(None)]
        for block in blocks:
            if block.type == "heading":
                parts.append(Part(block))
            else:
                parts[-1].blocks.append(block)
        for part, following in pairwise(parts):
            part.has_below = part.heading is not None and following.level > part.level
        return parts

    def _decide(self) -> None:
        """Decide which paragraphs and headings are entries."""
        qualified: dict[int, list[Part]] = defaultdict(list)
        others: dict[int, int] = defaultdict(int)
        loose: list[tuple[Part, Node]] = []
        for part in self.parts:
            has_lists = any(self.holds_entries(block) for block in part.blocks)
            is_leaf = part.heading is not None and not part.has_below
            if is_leaf and not has_lists and self.link_of_heading(part) is not None:
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
                first = next(block for block in part.blocks if self.holds_entries(block))
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
        if inline is None or ("://" not in inline.content and not self.has_references):
            return ""
        link = source_link(block)
        if link is None or block.map[0] + 1 in self.summaries:
            return ""
        if plain(inline).rstrip().endswith(":") and following is not None and self.holds_entries(following):
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
    def _repeats_heading(part: Part, block: Node) -> bool:
        """Whether the paragraph is but the heading once more, as a link."""
        return part.heading is not None and plain(block.children[0]).strip() == plain(part.heading.children[0]).strip()

    @staticmethod
    def _goes_on(block: Node) -> bool:
        """Whether the words after the paragraph's first link go on with its sentence."""
        link = source_link(block)
        tail = block.children[0].content[link.end :]
        return bool(re.match(r"\s+[a-z]", tail))

    def holds_entries(self, block: Node) -> bool:
        """Whether the block is a list or table with a web link."""
        if block.type in LISTS or block.type == "table":
            if block not in self.lists:
                members = block.children if block.type in LISTS else rows_of(block)
                self.lists[block] = any(map(_leads_somewhere, members))
            return self.lists[block]
        return False

    def link_of_heading(self, part: Part) -> Node | None:
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

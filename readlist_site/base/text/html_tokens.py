"""Tokenizes a rendered text for counting, comparing and shortening.

The result is a flat list of items: block tags, pieces (a word, a line break, a formula, a block of code) and ends of
paragraphs. A formula or a piece of code is one piece, which holds its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from .mathml import visible

PARAGRAPH_END, CELL_END = "¶", "|"

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # scripts without spaces: each character is a word
    r"|[^\W_]+(?:[-'’./][^\W_]+)*"
    r"|\S"
)
_VOID = {"br", "hr"}
_INLINE = {"a", "b", "em", "i", "s", "span", "strong", "sup"}
_TEXT_BLOCKS = {"li", "p", "td", "th"}


@dataclass(frozen=True, slots=True)
class Mark:
    """An inline element around a piece; `number` tells two such elements apart."""

    number: int
    tag: str
    html: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The start or end tag of a block, or a rule between blocks."""

    name: str
    html: str
    opens: bool


@dataclass(frozen=True, slots=True)
class End:
    """The end of a paragraph, a table row or a cell."""

    key: str
    block: str


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest unit that is counted, compared and marked as changed as a whole."""

    kind: str  # word, break, formula, code, note (footnote number), box (of a task), sign (footnote backlink)
    text: str
    html: str
    block: str  # its parent element; its own, where it is a block
    space: bool = False  # whether a space precedes it
    first: bool = False  # whether it is the first of its paragraph
    marks: tuple[Mark, ...] = ()

    @property
    def is_block(self) -> bool:
        """Whether it is a block of its own: a displayed formula or a block of code."""
        return self.block in ("formula", "pre")

    @property
    def key(self) -> str:
        """The text by which pieces are compared. It includes link targets and strikethrough, but not emphasis."""
        around = "".join(mark.html for mark in self.marks if mark.tag in ("a", "s"))
        what = self.html if self.kind in ("formula", "code", "box") else self.text
        return f"{self.kind}\0{what}\0{around}"

    @property
    def words(self) -> int:
        """How many words it counts as."""
        if self.kind == "code":
            return len(self.text.split())
        return int(self.kind == "formula" or (self.kind == "word" and self.text[0].isalnum()))


Item = Tag | Piece | End


def tokenize_html(html: str) -> list[Item]:
    """Returns the items of a rendered text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.items


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.items: list[Item] = []
        self._marks: list[Mark] = []
        self._blocks: list[str] = []
        self._space = False
        self._has_piece = False  # whether a piece was added since the last end of a block
        self._atomic_element: _AtomicElement | None = None

    # HTMLParser's callbacks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._atomic_element:
            self._atomic_element.open(tag, self.get_starttag_text() or "")
        elif kind := _atomic_kind(tag, dict(attrs)):
            self._atomic_element = _AtomicElement(tag, kind, self.get_starttag_text() or "")
        elif tag == "br":
            self._add_piece("break", "", "<br>")
        elif tag in _INLINE:
            self._marks.append(Mark(len(self.items), tag, self.get_starttag_text() or ""))
        else:
            self.end_block()
            self.items.append(Tag(tag, self.get_starttag_text() or "", opens=tag not in _VOID))
            if tag not in _VOID:
                self._blocks.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._atomic_element:
            if self._atomic_element.close(tag):
                element, self._atomic_element = self._atomic_element, None
                self._add_atomic(element)
        elif tag in _INLINE:
            if self._marks:
                self._marks.pop()
        elif self._blocks:
            self.end_block(even_empty=tag in ("p", "li") and self._just_opened(tag))
            self._blocks.pop()
            self.items.append(Tag(tag, f"</{tag}>", opens=False))
            if tag == "tr":
                self.items.append(End(PARAGRAPH_END, tag))

    def handle_data(self, data: str) -> None:
        if self._atomic_element:
            self._atomic_element.add_text(data)
            return
        end = 0
        for match in _WORD.finditer(data):
            self._space = self._space or data[end : match.start()].isspace()
            self._add_piece("word", match[0], escape(match[0], quote=False))
            end = match.end()
        self._space = self._space or data[end:].isspace()

    # Building items

    def end_block(self, *, even_empty: bool = False) -> None:
        if self._has_piece or even_empty:
            cell = self._block in ("td", "th")
            self.items.append(End(CELL_END if cell else PARAGRAPH_END, self._block))
        self._has_piece = self._space = False

    @property
    def _block(self) -> str:
        return self._blocks[-1] if self._blocks else ""

    def _just_opened(self, tag: str) -> bool:
        last = self.items[-1] if self.items else None
        return isinstance(last, Tag) and last.opens and last.name == tag

    @property
    def _after_break(self) -> bool:
        last = self.items[-1]
        return isinstance(last, Piece) and last.kind == "break"

    def _add_piece(self, kind: str, text: str, html: str, block: str = "") -> None:
        space = self._space and self._has_piece and not self._after_break
        first = not self._has_piece
        self.items.append(Piece(kind, text, html, block or self._block, space, first, tuple(self._marks)))
        self._has_piece, self._space = True, False

    def _add_atomic(self, element: _AtomicElement) -> None:
        if element.tag not in ("div", "pre"):
            self._add_piece(element.kind, element.text, element.html)
            return
        self.end_block()
        self._add_piece(element.kind, element.text, element.html, "pre" if element.tag == "pre" else "formula")
        self.items.append(End(PARAGRAPH_END, "formula" if element.tag == "div" else "pre"))
        self._has_piece = False


def _atomic_kind(tag: str, attributes: dict[str, str | None]) -> str:
    """Returns the kind of piece that an element is as a whole; "" if it is none."""
    name = attributes.get("class")
    if tag == "math" or (tag in ("div", "span") and name == "formula"):
        return "formula"
    if tag in ("pre", "code"):
        return "code"
    if tag == "sup" and name == "noteref":
        return "note"
    if tag == "span" and name == "box":
        return "box"
    if tag == "a" and name == "noteback":
        return "sign"
    return ""


class _AtomicElement:
    """An element that becomes one piece, while it is being read."""

    def __init__(self, tag: str, kind: str, html: str) -> None:
        self.tag, self.kind = tag, kind
        self._html, self._text, self._depth = [html], [], 1

    def open(self, tag: str, html: str) -> None:
        self._html.append(html)
        self._depth += tag == self.tag

    def close(self, tag: str) -> bool:
        self._html.append(f"</{tag}>")
        self._depth -= tag == self.tag
        return self._depth == 0

    def add_text(self, data: str) -> None:
        self._html.append(escape(data, quote=False))
        self._text.append(data)

    @property
    def html(self) -> str:
        return "".join(self._html)

    @property
    def text(self) -> str:
        text = "".join(self._text)
        if self.kind == "formula":
            return visible(text)
        return "" if self.kind in ("box", "sign") else text

"""A rendered text taken apart, once for all who count, compare or shorten it.

The text becomes a flat script: tags of blocks, pieces (a word, a mark, a formula, a block of code) and the
ends of paragraphs. Formulas and code are one piece each, with their HTML inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from .mathml import visible

PARAGRAPH_END, CELL_END = "¶", "|"

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # scripts without spaces go by the letter
    r"|[^\W_]+(?:[-'’./][^\W_]+)*"
    r"|\S"
)
_VOID = {"br", "hr"}
_INLINE = {"a", "b", "em", "i", "s", "span", "strong", "sup"}
_TEXT_BLOCKS = {"li", "p", "td", "th"}


@dataclass(frozen=True, slots=True)
class Mark:
    """An inline element around a piece."""

    number: int
    tag: str
    html: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The beginning or end of a block, or a rule between blocks."""

    name: str
    html: str
    opens: bool


@dataclass(frozen=True, slots=True)
class End:
    """The end of a paragraph, a table's row or a cell."""

    key: str
    block: str


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest thing that is counted, shown or crossed out as a whole."""

    kind: str  # word, break, formula, code, note (its number), box (a task's), sign (back from a note)
    text: str
    html: str
    block: str  # the element it stands in; its own, where it is a block
    space: bool = False  # before it
    first: bool = False  # of its paragraph
    marks: tuple[Mark, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """It is a block of its own: a displayed formula or a block of code."""
        return self.block in ("formula", "pre")

    @property
    def key(self) -> str:
        """What makes two pieces the same; emphasis does not, a link's address and crossing out do."""
        around = "".join(mark.html for mark in self.marks if mark.tag in ("a", "s"))
        what = self.html if self.kind in ("formula", "code", "box") else self.text
        return f"{self.kind}\0{what}\0{around}"

    @property
    def words(self) -> int:
        """How many words it counts for."""
        if self.kind == "code":
            return len(self.text.split())
        return int(self.kind == "formula" or (self.kind == "word" and self.text[0].isalnum()))


Item = Tag | Piece | End


def tokenize_html(html: str) -> list[Item]:
    """The script of a rendered text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.script


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.script: list[Item] = []
        self._marks: list[Mark] = []
        self._blocks: list[str] = []
        self._space = False
        self._written = False  # something since the last end of a block
        self._whole: _Whole | None = None

    # What the parser calls

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._whole:
            self._whole.open(tag, self.get_starttag_text() or "")
        elif kind := _atomic(tag, dict(attrs)):
            self._whole = _Whole(tag, kind, self.get_starttag_text() or "")
        elif tag == "br":
            self._put("break", "", "<br>")
        elif tag in _INLINE:
            self._marks.append(Mark(len(self.script), tag, self.get_starttag_text() or ""))
        else:
            self.end_block()
            self.script.append(Tag(tag, self.get_starttag_text() or "", opens=tag not in _VOID))
            if tag not in _VOID:
                self._blocks.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._whole:
            if self._whole.close(tag):
                whole, self._whole = self._whole, None
                self._put_whole(whole)
        elif tag in _INLINE:
            if self._marks:
                self._marks.pop()
        elif self._blocks:
            self.end_block(even_empty=tag in ("p", "li") and self._just_opened(tag))
            self._blocks.pop()
            self.script.append(Tag(tag, f"</{tag}>", opens=False))
            if tag == "tr":
                self.script.append(End(PARAGRAPH_END, tag))

    def handle_data(self, data: str) -> None:
        if self._whole:
            self._whole.say(data)
            return
        at = 0
        for found in _WORD.finditer(data):
            self._space = self._space or data[at : found.start()].isspace()
            self._put("word", found[0], escape(found[0], quote=False))
            at = found.end()
        self._space = self._space or data[at:].isspace()

    # What it makes of that

    def end_block(self, *, even_empty: bool = False) -> None:
        if self._written or even_empty:
            cell = self._block in ("td", "th")
            self.script.append(End(CELL_END if cell else PARAGRAPH_END, self._block))
        self._written = self._space = False

    @property
    def _block(self) -> str:
        return self._blocks[-1] if self._blocks else ""

    def _just_opened(self, tag: str) -> bool:
        last = self.script[-1] if self.script else None
        return isinstance(last, Tag) and last.opens and last.name == tag

    @property
    def _after_a_break(self) -> bool:
        last = self.script[-1]
        return isinstance(last, Piece) and last.kind == "break"

    def _put(self, kind: str, text: str, html: str, block: str = "") -> None:
        space = self._space and self._written and not self._after_a_break
        first = not self._written
        self.script.append(Piece(kind, text, html, block or self._block, space, first, tuple(self._marks)))
        self._written, self._space = True, False

    def _put_whole(self, whole: _Whole) -> None:
        if whole.tag not in ("div", "pre"):
            self._put(whole.kind, whole.text, whole.html)
            return
        self.end_block()
        self._put(whole.kind, whole.text, whole.html, "pre" if whole.tag == "pre" else "formula")
        self.script.append(End(PARAGRAPH_END, "formula" if whole.tag == "div" else "pre"))
        self._written = False


def _atomic(tag: str, attributes: dict[str, str | None]) -> str:
    """Which kind of piece an element is as a whole; empty if it is none."""
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


class _Whole:
    """An element that becomes one piece."""

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

    def say(self, data: str) -> None:
        self._html.append(escape(data, quote=False))
        self._text.append(data)

    @property
    def html(self) -> str:
        return "".join(self._html)

    @property
    def text(self) -> str:
        said = "".join(self._text)
        if self.kind == "formula":
            return visible(said)
        return "" if self.kind in ("box", "sign") else said

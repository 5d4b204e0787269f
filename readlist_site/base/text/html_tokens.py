"""Tokenizes a rendered text for counting, comparing and shortening.

The result is a flat list of items: block tags, pieces (a word, a line break, a formula, a block of code) and ends of
paragraphs. A formula or a piece of code is one piece, which holds its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from .mathml import visible

PARAGRAPH_END, CELL_END = "¶", "|"

# Accents and vowels above and below letters, and Persian's non-joiner inside a word.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c"
WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # scripts without spaces: each character is a word
    rf"|[^\W_](?:[^\W_]|[{_MARKS}])*(?:[-'’./][^\W_](?:[^\W_]|[{_MARKS}])*)*"
    r"|\S"
)
# All HTML here was sanitised, so that its tags are well-formed and its text has no "<".
TAG_OR_TEXT = re.compile(r'<(?P<closes>/?)(?P<tag>[a-z0-9]+)(?:[^"<>]|"[^"]*")*>|[^<]+')
TAGS = re.compile(r'<(?:[^"<>]|"[^"]*")*>')
_TAGS_OF = {tag: re.compile(rf"<(/?){tag}\b") for tag in ("math", "div", "span", "pre", "code", "sup", "a", "bdi")}
_CLASS = re.compile(r' class="([^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')
_VOID = {"br", "hr"}
_INLINE = {"a", "b", "bdi", "em", "i", "mark", "s", "span", "strong", "sup"}
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

    kind: str  # word, break, image, formula, code, note (footnote number), box (of a task), sign (footnote backlink)
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
        what = self.html if self.kind in ("image", "formula", "code", "box") else self.text
        return f"{self.kind}\0{what}\0{around}"

    @property
    def words(self) -> int:
        """How many words it counts as."""
        if self.kind == "code":
            return len(self.text.split())
        return int(self.kind == "formula" or (self.kind == "word" and self.text[0].isalnum()))


Item = Tag | Piece | End


def tokenize_html(html: str, *, words: bool = True) -> list[Item]:
    """Returns the items of a rendered text. Without `words`, text between tags is one piece, its spaces normalised,
    which is much quicker."""
    reader, at = _Reader(words), 0
    while found := TAG_OR_TEXT.search(html, at):
        tag, at = found["tag"], found.end()
        if not tag:
            reader.add_text(unescape(found[0]))
        elif found["closes"]:
            reader.close(tag)
        elif tag == "img":
            reader.add_image(found[0])
        elif kind := atomic_kind(tag, found[0], html[at : at + 5]):
            at = end_of_element(html, tag, found.start())
            reader.add_atomic(kind, tag, html[found.start() : at])
        else:
            reader.open(tag, found[0])
    reader.end_block()
    return reader.items


class _Reader:
    def __init__(self, words: bool) -> None:
        self.items: list[Item] = []
        self._words = words
        self._marks: tuple[Mark, ...] = ()
        self._blocks: list[str] = []
        self._space = False
        self._has_piece = False  # whether a piece was added since the last end of a block

    def open(self, tag: str, html: str) -> None:
        if tag == "br":
            self._add_piece("break", "", "<br>")
        elif tag in _INLINE:
            self._marks = (*self._marks, Mark(len(self.items), tag, html))
        else:
            self.end_block()
            self.items.append(Tag(tag, html, opens=tag not in _VOID))
            if tag not in _VOID:
                self._blocks.append(tag)

    def close(self, tag: str) -> None:
        if tag in _INLINE:
            self._marks = self._marks[:-1]
        elif self._blocks:
            self.end_block(even_empty=tag in ("p", "li") and self._just_opened(tag))
            self._blocks.pop()
            self.items.append(Tag(tag, f"</{tag}>", opens=False))
            if tag == "tr":
                self.items.append(End(PARAGRAPH_END, tag))

    def add_text(self, data: str) -> None:
        if not self._words and (text := " ".join(data.split())):
            self._space = self._space or data[0].isspace()
            self._add_piece("word", text, "")
            self._space = data[-1].isspace()
            return
        end = 0
        for match in WORD.finditer(data):
            self._space = self._space or data[end : match.start()].isspace()
            self._add_piece("word", match[0], escape(match[0], quote=False))
            end = match.end()
        self._space = self._space or data[end:].isspace()

    def add_image(self, html: str) -> None:
        """Adds an image, with its description as its text."""
        found = _ALT.search(html)
        self._add_piece("image", unescape(found[1]) if found else "", html)

    def add_atomic(self, kind: str, tag: str, html: str) -> None:
        """Adds an element that is one piece as a whole."""
        text = "" if kind in ("box", "sign") else unescape(TAGS.sub("", html))
        if kind == "formula":
            text = visible(text)
        if tag not in ("div", "pre"):
            self._add_piece(kind, text, html)
            return
        block = "pre" if tag == "pre" else "formula"
        self.end_block()
        self._add_piece(kind, text, html, block)
        self.items.append(End(PARAGRAPH_END, block))
        self._has_piece = False

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
        self.items.append(Piece(kind, text, html, block or self._block, space, first, self._marks))
        self._has_piece, self._space = True, False


def atomic_kind(tag: str, html: str, after: str) -> str:
    """Returns the kind of piece that an element is as a whole, by its start tag and what follows; "" if it is none."""
    if tag == "bdi" and after in ("<math", "<code"):
        return "formula" if after == "<math" else "code"
    found = _CLASS.search(html)
    name = found[1] if found else ""
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


def end_of_element(html: str, tag: str, start: int) -> int:
    """Returns the index after the end tag of the element that starts there."""
    depth = 0
    for found in _TAGS_OF[tag].finditer(html, start):
        depth += -1 if found[1] else 1
        if depth == 0:
            return html.index(">", found.end()) + 1
    return len(html)

"""A word-by-word diff of two rendered texts, written into the block structure of the new one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from django.utils.safestring import SafeString

from . import render_process
from .cpu_meter import costs_cpu
from .diff_align import align
from .html_tokens import PARAGRAPH_END, End, Item, Mark, Piece, Tag, tokenize_html
from .sanitise import sanitise

MAX_SECONDS = 0.075  # of processor time
MAX_HERE = (
    6_000  # characters of both texts' HTML that are compared in this process, which takes a third of that at most
)
MAX_LENGTH = 400_000  # characters of a text's HTML; longer ones take all that time to read

SAME, NEW, GONE = "", "ins", "del"
_TAG_OR_SIGN = re.compile(r"<[^<>]*>|[^\w<>]+")
_TABLE = ("table", "thead", "tbody", "tr", "td", "th")
_LIST = ("ul", "ol")


@dataclass(frozen=True, slots=True)
class Diff:
    """The new text with added words in `<ins>` and removed ones in `<del>`, and the number of each."""

    html: SafeString
    words_new: int
    words_gone: int
    unchanged: bool


@costs_cpu
def diff(old_html: str, new_html: str) -> Diff:
    """Compares two rendered texts. A formula and a block of code each change as a whole.

    Texts that would take more than `MAX_SECONDS` of processor time to compare count as rewritten: the old one is shown
    whole, then the new one."""
    if old_html == new_html:
        return Diff(SafeString(new_html), 0, 0, unchanged=True)
    if len(old_html) + len(new_html) <= MAX_HERE:
        return _as_diff(compare(old_html, new_html))
    if max(len(old_html), len(new_html)) <= MAX_LENGTH:
        with suppress(render_process.RenderProcessUnavailable):
            reply = render_process.call("diff", old_html, new_html, seconds=MAX_SECONDS)
            if reply.value:
                return _as_diff(reply.value)
    old, new = (
        f'<{state} class="block">{html}</{state}>' if html else ""
        for state, html in ((GONE, old_html), (NEW, new_html))
    )
    return Diff(sanitise(old + new), _rough_words(new_html), _rough_words(old_html), unchanged=False)


def compare(old_html: str, new_html: str) -> tuple[str, int, int, bool]:
    """Returns the fields of a `Diff`, in whichever process this is."""
    old_items, new_items = tokenize_html(old_html), tokenize_html(new_html)
    old = [item for item in old_items if not isinstance(item, Tag)]
    new = [item for item in new_items if not isinstance(item, Tag)]
    removed: dict[int, list[Piece | End]] = defaultdict(list)
    added: set[int] = set()
    for step in align(old, new):
        if not step.same:
            removed[step.new.start] += [old[at] for at in step.old]
            added.update(step.new)
    words_new = sum(item.words for at in added if isinstance(item := new[at], Piece))
    words_gone = sum(item.words for items in removed.values() for item in items if isinstance(item, Piece))
    unchanged = not any(isinstance(new[at], Piece) for at in added) and not any(
        isinstance(item, Piece) for items in removed.values() for item in items
    )
    html = new_html if unchanged else _Writer(new_items, removed, added).write()
    return sanitise(html), words_new, words_gone, unchanged


def _as_diff(fields: Sequence) -> Diff:
    html, words_new, words_gone, unchanged = fields
    return Diff(SafeString(html), words_new, words_gone, unchanged)


def _rough_words(html: str) -> int:
    return len(_TAG_OR_SIGN.sub(" ", html).split())


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece of the paragraph being written, with its state (SAME, NEW or GONE)."""

    state: str
    piece: Piece
    space: bool


class _Writer:
    """Writes the new text's items as HTML, with the removed pieces inserted where they were."""

    def __init__(self, items: list[Item], removed: dict[int, list[Piece | End]], added: set[int]) -> None:
        self._items, self._removed, self._added = items, removed, added
        self._out: list[str] = []
        self._pieces: list[_Shown] = []  # inline pieces of the current paragraph
        self._has_new_text = False  # whether the current paragraph has a piece of the new text
        self._empty_blocks: list[tuple[str, int]] = []  # blocks just opened and still empty: name, index in _out
        self._open_blocks: list[str] = []
        self._blocks_after: list[str] = []  # removed blocks to write after the current paragraph

    def write(self) -> str:
        at = 0
        for item in self._items:
            if isinstance(item, Tag):
                self._write_tag(item)
                continue
            if old := self._removed.get(at):
                self._write_removed(old, item)
            if isinstance(item, End):
                self._write_end()
            else:
                self._write_piece(item, NEW if at in self._added else SAME)
            at += 1
        self._flush()
        self._insert(_paragraphs(self._removed.get(at, [])), len(self._out), in_list=False)
        return "".join(self._out)

    def _write_tag(self, tag: Tag) -> None:
        self._flush()
        if tag.opens:
            self._empty_blocks.append((tag.name, len(self._out)))
            self._open_blocks.append(tag.name)
        else:
            self._empty_blocks = []
            if tag.html.startswith("</") and self._open_blocks:
                self._open_blocks.pop()
        self._out.append(tag.html)
        if tag.html == "</p>":
            self._out += self._blocks_after
            self._blocks_after = []

    def _write_end(self) -> None:
        self._flush()
        self._has_new_text, self._empty_blocks = False, []
        if not self._open_blocks or self._open_blocks[-1] != "p":
            self._out += self._blocks_after
            self._blocks_after = []

    def _write_piece(self, piece: Piece, state: str) -> None:
        if piece.is_block:
            self._flush()
            self._out.append(_block_html(piece, state))
        else:
            self._pieces.append(_Shown(state, piece, piece.space or piece.first))
        self._has_new_text = True
        self._empty_blocks = []

    def _write_removed(self, old: list[Piece | End], before: Piece | End) -> None:
        """Writes removed pieces before `before`: whole paragraphs as blocks of their own, other pieces inline."""
        paragraphs = _paragraphs(old)
        insertion_point = None if self._has_new_text else self._insertion_point()
        if insertion_point is not None:
            before_block = isinstance(before, Piece) and before.is_block
            # Only the last one can be partial: its pieces are the beginning of the current paragraph.
            whole = [paragraph for paragraph in paragraphs if before_block or paragraph.ended or paragraph.is_block]
            paragraphs = paragraphs[len(whole) :]
            self._insert(whole, *insertion_point)
        for paragraph in paragraphs:
            if paragraph.is_block:
                self._blocks_after.append(_block_html(paragraph.pieces[0], GONE))
                continue
            self._pieces += (_Shown(GONE, piece, piece.space or piece.first) for piece in paragraph.pieces)

    def _insertion_point(self) -> tuple[int, bool] | None:
        """Returns where a removed paragraph can be inserted before the current one: index in `_out`, and whether inside
        a list. None if it must be inline."""
        if not self._empty_blocks:
            inside = self._open_blocks[-1] if self._open_blocks else ""
            return None if inside in _TABLE else (len(self._out), False)
        (name, at), *more = self._empty_blocks
        if name in _TABLE:
            return None
        if name in _LIST and more:
            return more[0][1], True
        return at, name == "li"

    def _insert(self, paragraphs: list[_Paragraph], at: int, in_list: bool) -> None:
        """Inserts removed paragraphs at an index of `_out`; removed list items join a list that ends there."""
        if not in_list and at and self._out[at - 1] in ("</ul>", "</ol>"):
            items = list(takewhile(lambda paragraph: paragraph.in_list, paragraphs))
            paragraphs = paragraphs[len(items) :]
            blocks = list(_as_blocks(items, in_list=True))
            self._out[at - 1 : at - 1] = blocks
            at += len(blocks)
        self._out[at:at] = _as_blocks(paragraphs, in_list=in_list)

    def _flush(self) -> None:
        if self._pieces:
            self._out += _inline_html(self._pieces)
            self._pieces = []


@dataclass(frozen=True)
class _Paragraph:
    """A removed paragraph, or the removed part of one."""

    pieces: list[Piece]
    ended: bool

    @property
    def is_block(self) -> bool:
        return any(piece.is_block for piece in self.pieces)

    @property
    def in_list(self) -> bool:
        return self.pieces[0].block == "li"


def _paragraphs(items: list[Piece | End]) -> list[_Paragraph]:
    paragraphs: list[_Paragraph] = []
    pieces: list[Piece] = []
    after_cell = False
    for item in items:
        if isinstance(item, End):
            after_cell = item.key != PARAGRAPH_END
            if pieces and not after_cell:
                paragraphs.append(_Paragraph(pieces, ended=True))
                pieces = []
        elif item.kind != "sign":
            pieces.append(replace(item, space=item.space or after_cell))
            after_cell = False
    return [*paragraphs, _Paragraph(pieces, ended=False)] if pieces else paragraphs


def _as_blocks(paragraphs: list[_Paragraph], *, in_list: bool) -> Iterator[str]:
    for as_items, group in groupby(paragraphs, key=lambda paragraph: paragraph.in_list):
        blocks = [_as_block(paragraph, "li" if in_list or as_items else "p") for paragraph in group]
        yield "".join(['<ul dir="auto">', *blocks, "</ul>"] if as_items and not in_list else blocks)


def _as_block(paragraph: _Paragraph, tag: str) -> str:
    if paragraph.is_block:
        html = "".join(_block_html(piece, GONE) for piece in paragraph.pieces)
        return f'<li dir="auto">{html}</li>' if tag == "li" else html
    shown = [_Shown(GONE, piece, piece.space or piece.first) for piece in paragraph.pieces]
    return f'<{tag} dir="auto">{"".join(_inline_html(shown))}</{tag}>'


def _block_html(piece: Piece, state: str) -> str:
    return f'<{state} class="block">{piece.html}</{state}>' if state else piece.html


def _inline_html(run: list[_Shown]) -> Iterator[str]:
    groups = [list(group) for _, group in groupby(run, key=lambda shown: shown.state)]
    for number, group in enumerate(groups):
        state = group[0].state
        space = " " if number and group[0].space else ""
        following = groups[number + 1] if number + 1 < len(groups) else None
        before = groups[number - 1] if number else None
        # The space between a removed phrase and its replacement belongs to neither.
        outside = (state == GONE and following and following[0].state == NEW and following[0].space) or (
            state == NEW and before and before[0].state == GONE and before[0].space
        )
        text = "".join(_with_inline_elements(group))
        if not state:
            yield space + text
        elif outside:
            yield f"{space}<{state}>{text}</{state}>"
        else:
            yield f"<{state}>{space}{text}</{state}>"


def _with_inline_elements(group: list[_Shown]) -> Iterator[str]:
    """Yields pieces of one state with their inline elements, which are opened and closed within that state."""
    open_marks: list[Mark] = []
    for number, shown in enumerate(group):
        marks = shown.piece.marks
        shared = 0
        while shared < min(len(open_marks), len(marks)) and open_marks[shared] == marks[shared]:
            shared += 1
        for mark in reversed(open_marks[shared:]):
            yield f"</{mark.tag}>"
        if number and shown.space:
            yield " "
        for mark in marks[shared:]:
            yield mark.html
        open_marks = list(marks)
        yield _piece_html(shown)
    for mark in reversed(open_marks):
        yield f"</{mark.tag}>"


def _piece_html(shown: _Shown) -> str:
    if shown.state == GONE and shown.piece.kind == "note":
        return f"<sup>{shown.piece.text}</sup>"  # plain, since the removed footnote has no link target
    return shown.piece.html

"""What changed between two rendered texts, word by word, inside the new text's own paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from django.utils.safestring import SafeString

from .diff_align import align
from .html_tokens import PARAGRAPH_END, End, Item, Mark, Piece, Tag, tokenize_html
from .sanitise import sanitise

SAME, NEW, GONE = "", "ins", "del"
_TABLE = ("table", "thead", "tbody", "tr", "td", "th")
_LIST = ("ul", "ol")


@dataclass(frozen=True, slots=True)
class Diff:
    """The new text with what is new in `<ins>` and what is gone in `<del>`, and how many words that is."""

    html: SafeString
    words_new: int
    words_gone: int
    unchanged: bool


def diff(old_html: str, new_html: str) -> Diff:
    """Compare two rendered texts. Formulas and blocks of code change as a whole."""
    old_script, new_script = tokenize_html(old_html), tokenize_html(new_html)
    old = [item for item in old_script if not isinstance(item, Tag)]
    new = [item for item in new_script if not isinstance(item, Tag)]
    gone: dict[int, list[Piece | End]] = defaultdict(list)
    fresh: set[int] = set()
    for step in align(old, new):
        if not step.same:
            gone[step.new.start] += [old[at] for at in step.old]
            fresh.update(step.new)
    words_new = sum(item.words for at in fresh if isinstance(item := new[at], Piece))
    words_gone = sum(item.words for items in gone.values() for item in items if isinstance(item, Piece))
    unchanged = not any(isinstance(new[at], Piece) for at in fresh) and not any(
        isinstance(item, Piece) for items in gone.values() for item in items
    )
    html = new_html if unchanged else _Writer(new_script, gone, fresh).write()
    return Diff(sanitise(html), words_new, words_gone, unchanged)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A piece in the paragraph being written."""

    state: str
    piece: Piece
    space: bool


class _Writer:
    """Writes the new script out again, with the old pieces where they were."""

    def __init__(self, script: list[Item], gone: dict[int, list[Piece | End]], fresh: set[int]) -> None:
        self._script, self._gone, self._fresh = script, gone, fresh
        self._out: list[str] = []
        self._run: list[_Shown] = []  # the inline pieces of the paragraph so far
        self._begun = False  # this paragraph holds something of the new text
        self._openings: list[tuple[str, int]] = []  # blocks that opened just here: name, place in _out
        self._inside: list[str] = []
        self._later: list[str] = []  # old blocks to show after this paragraph

    def write(self) -> str:
        at = 0
        for item in self._script:
            if isinstance(item, Tag):
                self._tag(item)
                continue
            if old := self._gone.get(at):
                self._show_gone(old, item)
            if isinstance(item, End):
                self._end()
            else:
                self._show(item, NEW if at in self._fresh else SAME)
            at += 1
        self._flush()
        self._put(_paragraphs(self._gone.get(at, [])), len(self._out), in_list=False)
        return "".join(self._out)

    def _tag(self, tag: Tag) -> None:
        self._flush()
        if tag.opens:
            self._openings.append((tag.name, len(self._out)))
            self._inside.append(tag.name)
        else:
            self._openings = []
            if tag.html.startswith("</") and self._inside:
                self._inside.pop()
        self._out.append(tag.html)
        if tag.html == "</p>":
            self._out += self._later
            self._later = []

    def _end(self) -> None:
        self._flush()
        self._begun, self._openings = False, []
        if not self._inside or self._inside[-1] != "p":
            self._out += self._later
            self._later = []

    def _show(self, piece: Piece, state: str) -> None:
        if piece.stands_alone:
            self._flush()
            self._out.append(_alone(piece, state))
        else:
            self._run.append(_Shown(state, piece, piece.space or piece.first))
        self._begun = True
        self._openings = []

    def _show_gone(self, old: list[Piece | End], before: Piece | End) -> None:
        """Old pieces, before a piece of the new text: whole paragraphs as such, the rest in this line."""
        paragraphs = _paragraphs(old)
        place = None if self._begun else self._place()
        if place is not None:
            alone = isinstance(before, Piece) and before.stands_alone
            # Only the last one can be unfinished: the beginning of what stands here now.
            whole = [one for one in paragraphs if alone or one.ended or one.stands_alone]
            paragraphs = paragraphs[len(whole) :]
            self._put(whole, *place)
        for paragraph in paragraphs:
            if paragraph.stands_alone:
                self._later.append(_alone(paragraph.pieces[0], GONE))
                continue
            self._run += (_Shown(GONE, piece, piece.space or piece.first) for piece in paragraph.pieces)

    def _place(self) -> tuple[int, bool] | None:
        """Where a whole old paragraph can stand before this one: the place, and whether as a list's item."""
        if not self._openings:
            inside = self._inside[-1] if self._inside else ""
            return None if inside in _TABLE else (len(self._out), False)
        (name, at), *more = self._openings
        if name in _TABLE:
            return None
        if name in _LIST and more:
            return more[0][1], True
        return at, name == "li"

    def _put(self, paragraphs: list[_Paragraph], at: int, in_list: bool) -> None:
        """Write old paragraphs at this place; old items join the list that has just ended."""
        if not in_list and at and self._out[at - 1] in ("</ul>", "</ol>"):
            items = list(takewhile(lambda one: one.in_list, paragraphs))
            paragraphs = paragraphs[len(items) :]
            blocks = list(_as_blocks(items, in_list=True))
            self._out[at - 1 : at - 1] = blocks
            at += len(blocks)
        self._out[at:at] = _as_blocks(paragraphs, in_list=in_list)

    def _flush(self) -> None:
        if self._run:
            self._out += _inline(self._run)
            self._run = []


@dataclass(frozen=True)
class _Paragraph:
    """An old paragraph, or the part of one that is gone."""

    pieces: list[Piece]
    ended: bool

    @property
    def stands_alone(self) -> bool:
        return any(piece.stands_alone for piece in self.pieces)

    @property
    def in_list(self) -> bool:
        return self.pieces[0].block == "li"


def _paragraphs(items: list[Piece | End]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    pieces: list[Piece] = []
    after_cell = False
    for item in items:
        if isinstance(item, End):
            after_cell = item.key != PARAGRAPH_END
            if pieces and not after_cell:
                found.append(_Paragraph(pieces, ended=True))
                pieces = []
        elif item.kind != "sign":
            pieces.append(replace(item, space=item.space or after_cell))
            after_cell = False
    return [*found, _Paragraph(pieces, ended=False)] if pieces else found


def _as_blocks(paragraphs: list[_Paragraph], *, in_list: bool) -> Iterator[str]:
    for as_items, group in groupby(paragraphs, key=lambda one: one.in_list):
        blocks = [_as_block(one, "li" if in_list or as_items else "p") for one in group]
        yield "".join(["<ul>", *blocks, "</ul>"] if as_items and not in_list else blocks)


def _as_block(paragraph: _Paragraph, tag: str) -> str:
    if paragraph.stands_alone:
        html = "".join(_alone(piece, GONE) for piece in paragraph.pieces)
        return f"<li>{html}</li>" if tag == "li" else html
    shown = [_Shown(GONE, piece, piece.space or piece.first) for piece in paragraph.pieces]
    return f"<{tag}>{''.join(_inline(shown))}</{tag}>"


def _alone(piece: Piece, state: str) -> str:
    return f'<{state} class="block">{piece.html}</{state}>' if state else piece.html


def _inline(run: list[_Shown]) -> Iterator[str]:
    groups = [list(group) for _, group in groupby(run, key=lambda shown: shown.state)]
    for number, group in enumerate(groups):
        state = group[0].state
        space = " " if number and group[0].space else ""
        following = groups[number + 1] if number + 1 < len(groups) else None
        before = groups[number - 1] if number else None
        # Between an old phrase and the new one in its place the space is neither's.
        outside = (state == GONE and following and following[0].state == NEW and following[0].space) or (
            state == NEW and before and before[0].state == GONE and before[0].space
        )
        words = "".join(_marked(group))
        if not state:
            yield space + words
        elif outside:
            yield f"{space}<{state}>{words}</{state}>"
        else:
            yield f"<{state}>{space}{words}</{state}>"


def _marked(group: list[_Shown]) -> Iterator[str]:
    """Pieces of one state with their emphasis and links, opened and closed within the state."""
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
        yield _piece(shown)
    for mark in reversed(open_marks):
        yield f"</{mark.tag}>"


def _piece(shown: _Shown) -> str:
    if shown.state == GONE and shown.piece.kind == "note":
        return f"<sup>{shown.piece.text}</sup>"  # an old footnote's number leads nowhere any more
    return shown.piece.html

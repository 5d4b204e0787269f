"""Finds Obsidian's private comments, `%% … %%`, and takes them out of a text that is sent.

Where code, formulas and links are is asked of the Markdown parser itself: the text is parsed with a character of its
own in each `%%`, and where that character comes out says what the `%%` is a part of. A comment is taken out only if
there is no doubt where it begins and ends. Otherwise the text may not be sent as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it.token import Token

from .markdown import structure
from .problems import Problem, excerpt

_SIGN = re.compile("%%")
# After a letter or digit, as in "50%%", or a backslash, none begins.
_OPENS = re.compile(r"(?<![\w%\\])%%(?!%)")
_CLOSES = re.compile(r"(?<!\\)%%(?![\w%])")
# The characters that mark a `%%` while the text is parsed: a plane of Unicode that is for private use.
_FIRST, _LAST = 0xF0000, 0xFFFFD
_MARKS = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_SHOWN = 200  # characters of a comment that are looked at for an excerpt


@dataclass(frozen=True, slots=True)
class Split:
    """A text without its private comments, these, and what stands in the way of sending it, if anything does: then
    nothing is taken out."""

    text: str
    comments: tuple[str, ...] = ()
    doubt: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a `%%` stands in the parsed text. `block` is the number of its block of text, `around` are the elements
    that hold the block, `level` is how deep it stands in links and emphasis; at the `start` or `end` of a line of the
    block nothing else stands before or after it."""

    block: int
    around: tuple[int, ...]
    level: int
    start: bool
    end: bool


def split(source: str, prepared: Callable[[str], str]) -> Split:
    """Returns the text without private comments, those, and the doubt that there is, if any. `prepared` makes of a text
    what is given to the parser."""
    if "%%" not in source:
        return Split(source)
    found = _split(source, prepared)
    if found.comments and (again := _split(found.text, prepared)) and (again.comments or again.doubt):
        return Split(source, doubt=_doubt("private_unclear", source, source.find(found.comments[0])))
    return found


def _split(source: str, prepared: Callable[[str], str]) -> Split:
    signs = [found.start() for found in _SIGN.finditer(source)]
    if not any(map(_OPENS.match, [source] * len(signs), signs)):
        return Split(source)
    if len(signs) > _LAST - _FIRST:
        return Split(source, doubt=_doubt("private_unclear", source, signs[0]))
    places, in_code = _places(source, signs, prepared)
    kept: list[str] = []
    comments: list[str] = []
    at = number = 0
    while number < len(signs):
        start = signs[number]
        if not _OPENS.match(source, start) or number in in_code:
            number += 1
            continue
        if number not in places:  # the parser has dropped it, as it does with what nothing refers to
            return Split(source, doubt=_doubt("private_unclear", source, start))
        closing = _closing(source, signs, number, in_code)
        if closing < 0:
            return Split(source, doubt=_doubt("private_not_closed", source, start))
        is_text = all(each in places for each in range(number, closing + 1))
        if not is_text or not (
            _is_clear(places[number], places[closing])
            or _line_of_its_own(source, start) == _line_of_its_own(source, signs[closing]) != ""
        ):
            return Split(source, doubt=_doubt("private_unclear", source, start))
        end = signs[closing] + 2
        comments.append(source[start:end])
        kept.append(source[at:start])
        at = _end_of_line(source, start, end)
        number = closing + 1
    return Split("".join([*kept, source[at:]]), tuple(comments))


def _closing(source: str, signs: list[int], opening: int, in_code: set[int]) -> int:
    """Returns which sign closes the comment, -1 if none does: the next one outside of code, unless nothing stands
    between the two."""
    begin = signs[opening] + 2
    for number in range(opening + 1, len(signs)):
        if number in in_code or not _CLOSES.match(source, signs[number]):
            continue
        if source[begin : signs[number]].strip():
            return number
    return -1


def _is_clear(opening: _Place, closing: _Place) -> bool:
    """Whether both are in one block of text, or begin and end a line of two, in the same quotation or item."""
    if opening.block == closing.block:
        return opening.level == closing.level
    return opening.around == closing.around and opening.start and closing.end


def _line_of_its_own(source: str, at: int) -> str:
    """Returns the line, if only the sign and quotation marks stand in it, else ""."""
    end = source.find("\n", at)
    line = source[source.rfind("\n", 0, at) + 1 : end if end >= 0 else len(source)].rstrip()
    return line if line.strip(" \t>") == "%%" else ""


def _end_of_line(source: str, start: int, end: int) -> int:
    """Returns where the text goes on after a comment: on the next line, if it stood on lines of its own."""
    line = source.rfind("\n", 0, start) + 1
    rest = source.find("\n", end)
    rest = rest if rest >= 0 else len(source)
    return end if source[line:start].strip() or source[end:rest].strip() else min(rest + 1, len(source))


def _doubt(kind: str, source: str, at: int) -> Problem:
    return Problem(kind, (("source", excerpt(source[at : at + _SHOWN])), ("signs", "%%")))


def _places(source: str, signs: list[int], prepared: Callable[[str], str]) -> tuple[dict[int, _Place], set[int]]:
    """Returns where the signs stand that are in the text, by their number, and which are in code, formulas or
    addresses. Those in neither aren't in what the parser returns."""
    marked, at = [], 0
    text = _MARKS.sub("\ufffd", source)
    for number, sign in enumerate(signs):
        marked += [text[at : sign + 1], chr(_FIRST + number)]
        at = sign + 1
    tokens = structure(prepared("".join([*marked, text[at:]])))
    places: dict[int, _Place] = {}
    in_code: set[int] = set()
    around: list[int] = []
    for block, token in enumerate(tokens):
        if token.nesting == 1:
            around.append(block)
        elif token.nesting == -1 and around:
            around.pop()
        elif token.type == "inline":
            # Paragraphs and headings stand beside one another; cells each have their own text.
            holder = tokens[around[-1]].type if around else ""
            kept = around[:-1] if holder in ("paragraph_open", "heading_open") else around
            _add_places(token.children or [], block, tuple(kept), _ends_of_lines(token.content), places, in_code)
        else:
            in_code |= _numbers(token.content) | _numbers(token.info)
    return places, in_code - places.keys()


def _add_places(
    children: list[Token],
    block: int,
    around: tuple[int, ...],
    edges: dict[str, tuple[bool, bool]],
    places: dict[int, _Place],
    in_code: set[int],
) -> None:
    is_address = False
    for child in children:
        if child.type == "link_open":
            is_address = child.info == "auto" or child.markup in ("autolink", "linkify")
        elif child.type == "link_close":
            is_address = False
        for value in child.attrs.values():
            in_code |= _numbers(unquote(str(value)))
        if child.type == "image":
            _add_places(child.children or [], block, around, edges, places, in_code)
        elif child.type == "text" and not is_address:
            for mark in _MARKS.findall(child.content):
                places[ord(mark) - _FIRST] = _Place(block, around, child.level, *edges.get(mark, (False, False)))
        else:
            in_code |= _numbers(child.content)


def _ends_of_lines(content: str) -> dict[str, tuple[bool, bool]]:
    """Returns for each mark whether its sign begins and ends a line."""
    edges = {}
    for line in map(str.strip, content.split("\n")):
        edges |= {mark: (line.startswith(f"%{mark}"), line.endswith(f"{mark}%")) for mark in _MARKS.findall(line)}
    return edges


def _numbers(text: str) -> set[int]:
    return {ord(mark) - _FIRST for mark in _MARKS.findall(text)}

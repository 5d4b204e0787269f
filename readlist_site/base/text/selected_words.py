"""Leads from words of a rendered text to the Markdown they were made of, and back, and marks words in the HTML.

Words that are shown are counted in visible characters: those of the text without its tags that are not white space. So
a browser and this module count the same, whatever is between the words. The words and signs of the Markdown are aligned
with those that are shown; a formula and a piece of code are one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

from django.utils.safestring import SafeString

from .diff_align import common_runs
from .html_tokens import TAG_OR_TEXT, TAGS, WORD, Piece, atomic_kind, end_of_element, tokenize_html

MAX_LENGTH = 6_000  # characters of the Markdown, and of the HTML without tags; in longer texts no words are found
EFFORT = 300_000  # comparisons, which take less than 50 ms

_SOURCE = re.compile(
    r"(?P<formula>\$\$.+?\$\$|\$[^$\n]+\$|\\\(.+?\\\)|\\\[.+?\\\])"
    r"|(?:^|(?<=\n))(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<block>.*?)\n(?P=fence)"
    r"|(?P<ticks>`++)(?P<code>[^`]++)(?P=ticks)"
    rf"|(?P<word>{WORD.pattern})",
    re.DOTALL,
)
_CHARACTER = re.compile(r"&[^;\s]+;|\s+|.", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\\)(?:\*+|~~|==|\b_+|_+\b)")
_LINK_TARGET = re.compile(r"\]\([^()\s]*\)")


def visible_characters(html: str) -> str:
    """Returns the characters that are shown, without white space."""
    return "".join(unescape(TAGS.sub("", html)).split())


def markdown_passage(markdown: str, html: str, shown: range) -> range | None:
    """Returns the passage of the Markdown that these visible characters of its HTML were made of: whole words, with the
    emphasis and the links that begin or end in it. None if it can't be told."""
    source, words = _aligned(markdown, html)
    found = [source[at] for at, place in words if _overlap(place, shown)]
    return _with_markup(markdown, range(found[0].start, found[-1].stop)) if found else None


def visible_passage(markdown: str, html: str, passage: range) -> range | None:
    """Returns the visible characters of the HTML that show a passage of its Markdown; None if none are."""
    source, words = _aligned(markdown, html)
    found = [place for at, place in words if _overlap(source[at], passage)]
    return range(found[0].start, found[-1].stop) if found else None


def mark_words(html: str, passages: Mapping[str, range], *, named: bool = True) -> SafeString:
    """Returns HTML with a `<mark>` around the visible characters of each passage. With `named`, its key is the id of an
    element where it begins. What a diff shows as removed is not counted."""
    marker, at = _Marker(passages, named), 0
    while found := TAG_OR_TEXT.search(html, at):
        tag, at = found["tag"], found.end()
        if not tag:
            marker.add_text(found[0])
        elif tag == "del":
            at = html.index("</del>", at) + 6
            marker.out.append(html[found.start() : at])
        elif not found["closes"] and atomic_kind(tag, found[0], html[at : at + 5]):
            at = end_of_element(html, tag, found.start())
            marker.add_element(html[found.start() : at], "div" if tag in ("div", "pre") else "mark")
        else:
            marker.out.append(found[0])
    return SafeString("".join(marker.out))


@lru_cache(maxsize=128)
def _aligned(markdown: str, html: str) -> tuple[list[range], list[tuple[int, range]]]:
    """Returns the passages of the words, formulas and pieces of code of a Markdown text, and of those that are shown
    the index there and the visible characters."""
    if max(len(markdown), len(visible_characters(html))) > MAX_LENGTH:
        return [], []
    source = list(_SOURCE.finditer(markdown))
    shown, keys, end = [], [], 0
    for piece in tokenize_html(html):
        if isinstance(piece, Piece):
            start, end = end, end + len(visible_characters(piece.html))
            shown.append(range(start, end))
            keys.append(_key(piece.kind, piece.text))
    runs = common_runs([_source_key(each) for each in source], keys, EFFORT)
    pairs = [(one + step, shown[other + step]) for one, other, size in runs for step in range(size)]
    return [range(each.start(), each.end()) for each in source], pairs


def _source_key(found: re.Match[str]) -> str:
    if found["formula"]:
        return _key("formula", "")
    code = found["block"] or found["code"]
    return _key("code", code) if code else _key("word", found[0])


def _key(kind: str, text: str) -> str:
    """What is the same in the Markdown and in what is shown of it. Of a formula only that it is one."""
    return "formula" if kind == "formula" else f"{kind} {''.join(text.split())}"


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _with_markup(markdown: str, passage: range) -> range:
    """Returns the passage with the whole of what is emphasised or linked where it begins or ends."""
    start, stop = passage.start, passage.stop
    # Signs in formulas and in code are no markup.
    text = _SOURCE.sub(lambda found: found[0] if found["word"] else "x" * len(found[0]), markdown)
    signs = [found[0] for found in _EMPHASIS.finditer(text, start, stop)]
    for sign in dict.fromkeys(signs):
        if signs.count(sign) % 2 == 0:
            continue
        line = text.rfind("\n", 0, start) + 1
        if text.count(sign, line, start) % 2:
            start = text.rfind(sign, line, start)
        elif (end := text.find(sign, stop)) >= 0 and "\n" not in text[stop:end]:
            stop = end + len(sign)
    if text.count("[", start, stop) > text.count("]", start, stop) and (target := _LINK_TARGET.match(text, stop)):
        stop = target.end()
    elif text.count("]", start, stop) > text.count("[", start, stop):
        start = max(text.rfind("[", text.rfind("\n", 0, start) + 1, start), 0) or start
    return range(start, stop)


class _Marker:
    """Writes HTML anew, with the characters of the passages marked."""

    def __init__(self, passages: Mapping[str, range], named: bool) -> None:
        self.out: list[str] = []
        self._passages = passages
        self._unnamed = set(passages if named else ())
        self._at = 0  # the visible characters that are written

    def add_text(self, text: str) -> None:
        run, key = "", None
        for found in _CHARACTER.finditer(text):
            is_space = found[0].isspace()
            here = self._covering(range(self._at, self._at) if is_space else range(self._at, self._at + 1))
            if here != key and run:
                self._write(run, key)
                run = ""
            key, run = here, run + found[0]
            self._at += not is_space
        self._write(run, key)

    def add_element(self, html: str, around: str) -> None:
        """Adds an element that is marked as a whole."""
        size = len(visible_characters(html))
        key = self._covering(range(self._at, self._at + size))
        self._at += size
        self._write(html, key, around)

    def _covering(self, characters: range) -> tuple[str, ...]:
        """The keys of the passages with any of these characters; with none, of those with the one before and the one
        after."""
        if characters:
            return tuple(key for key, each in self._passages.items() if _overlap(each, characters))
        return tuple(key for key, each in self._passages.items() if each.start < characters.start < each.stop)

    def _write(self, html: str, keys: tuple[str, ...] | None, around: str = "mark") -> None:
        if not keys or not html.strip():
            self.out.append(html)
            return
        names = [key for key in keys if key in self._unnamed]
        self._unnamed.difference_update(names)
        first = f' id="{names[0]}"' if names else ""
        others = "".join(f'<span id="{name}"></span>' for name in names[1:])
        self.out.append(f'<{around} class="anchored"{first}>{others}{html}</{around}>')

"""Finds words of a Markdown text again in a later revision of it.

Words are found in the Markdown and not in what is shown of it: a suggested edit replaces Markdown, and a new renderer
shows the same Markdown otherwise. A passage is a range of characters (code points). Texts are compared by words and
signs; white space is not compared, paragraphs are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import cached_property

from .diff_align import align
from .html_tokens import PARAGRAPH_END, WORD, End, Piece

CONTEXT = 32
"""Characters before and after a passage by which it is told from the same words elsewhere."""

MAX_ALIGNED = 6_000  # characters of both texts; longer ones would take too long to align at each view
EFFORT = 300_000  # comparisons, which take less than 50 ms
NEAR = 3  # words and signs beside a passage by which it is told from others with its words
LONG = 5  # words of a passage that is the same one wherever it is, if no other has these words

_TOKEN = re.compile(rf"(?P<end>[ \t]*\n[ \t]*\n\s*)|{WORD.pattern}")


def find(text: str, quote: str) -> list[range]:
    """Returns all passages with the words of `quote`, in order; whole words, whatever part of one the quote has."""
    tokens = _Tokens(text)
    return [tokens.passage(at) for at in tokens.find(_Tokens(quote).keys)]


def context(text: str, passage: range) -> tuple[str, str]:
    """Returns the `CONTEXT` characters before a passage, and those after it; fewer at the ends of the text."""
    return text[max(0, passage.start - CONTEXT) : passage.start], text[passage.stop : passage.stop + CONTEXT]


def carry(old: str, passage: range, new: str) -> range | None:
    """Returns where a passage of the text `old` is in its revision `new`; None if its words have changed, are gone, or
    could be in several places: it is never a guess.

    A place has the same words in the same order. If these words are once in each text, it must be where the word diff
    leaves them unchanged, or between the same words as before, or have `LONG` words. If they are in several places of
    either text, only one of these may be between the same words as before, or, where none is, follow or precede at
    least `NEAR` of them."""
    if old == new:
        return passage
    before, after = _Tokens(old), _Tokens(new)
    here = before.within(passage)
    keys = before.keys[here.start : here.stop]
    places = after.find(keys)
    is_once = len(places) == 1 and len(before.find(keys)) == 1
    left, right = before.around(here)
    follows = {at for at in places if left and after.keys[max(0, at.start - len(left)) : at.start] == left}
    precedes = {at for at in places if right and after.keys[at.stop : at.stop + len(right)] == right}
    between = follows & precedes
    beside = (follows if len(left) >= NEAR else set()) | (precedes if len(right) >= NEAR else set())
    candidates = set(places) if is_once else between or beside
    if len(candidates) != 1:
        return None
    (at,) = candidates
    is_long = is_once and sum(key[0].isalnum() for key in keys) >= LONG
    if is_long or at in between or _is_unchanged(before, here, after, at):
        return after.passage(at)
    return None


@dataclass(frozen=True)
class _Tokens:
    """The words and signs of a text, and the ends of its paragraphs."""

    text: str

    @cached_property
    def matches(self) -> list[re.Match[str]]:
        found = list(_TOKEN.finditer(self.text.rstrip()))
        return found[1:] if found and found[0]["end"] else found

    @cached_property
    def keys(self) -> list[str]:
        return [PARAGRAPH_END if each["end"] else each[0] for each in self.matches]

    @property
    def pieces(self) -> list[Piece | End]:
        """The tokens as the word diff compares them."""
        return [End(PARAGRAPH_END, "p") if key == PARAGRAPH_END else Piece("word", key, "", "p") for key in self.keys]

    def within(self, passage: range) -> range:
        """The tokens of which a passage has a part."""
        touched = [
            n for n, each in enumerate(self.matches) if each.end() > passage.start and each.start() < passage.stop
        ]
        return range(touched[0], touched[-1] + 1) if touched else range(0)

    def passage(self, at: range) -> range:
        """The passage of these tokens."""
        return range(self.matches[at.start].start(), self.matches[at.stop - 1].end())

    def around(self, at: range) -> tuple[list[str], list[str]]:
        """The whole tokens in the context before and after these."""
        passage = self.passage(at)
        first, last = passage.start - CONTEXT, passage.stop + CONTEXT
        left = range(next((n for n in range(at.start) if self.matches[n].start() >= first), at.start), at.start)
        right = [n for n in range(at.stop, len(self.matches)) if self.matches[n].end() <= last]
        return self.keys[left.start : left.stop], [self.keys[n] for n in right]

    def find(self, keys: list[str]) -> list[range]:
        """The places with these tokens, which may overlap."""
        if not keys or keys == [PARAGRAPH_END]:
            return []
        text, sought = _joined(self.keys), _joined(keys)
        found, token, last, at = [], 0, 0, text.find(sought)
        while at >= 0:
            token, last = token + text.count("\0", last, at), at
            found.append(range(token, token + len(keys)))
            at = text.find(sought, at + 1)
        return found


def _joined(keys: list[str]) -> str:
    """Returns the keys as one text in which only whole ones are found: each between two characters that no text has."""
    return "".join(f"\0{key}\1" for key in keys)


def _is_unchanged(before: _Tokens, here: range, after: _Tokens, there: range) -> bool:
    """Returns whether the word diff leaves the tokens `here` as they are, and these are the tokens `there`."""
    same = _unchanged(before.text, after.text)
    return [same.get(old) for old in here] == list(there)


@lru_cache(maxsize=128)
def _unchanged(old: str, new: str) -> dict[int, int]:
    """Returns the tokens of a text that the word diff leaves as they are, each with what it is in the other text."""
    if len(old) + len(new) > MAX_ALIGNED:
        return {}
    steps = align(_Tokens(old).pieces, _Tokens(new).pieces, EFFORT)
    return {old: new for step in steps if step.same for old, new in zip(step.old, step.new, strict=True)}

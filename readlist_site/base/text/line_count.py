"""Counts the lines of a rendered text; summaries must have 5–10.

- A paragraph, a list item, a heading or a footnote counts its visible characters ÷ 68, rounded up, at least
  one; each part before or after a hard line break is counted so. Inline formulas count their visible symbols.
- A full-width character, as in Chinese and Japanese, counts two; a mark above or below another, as Arabic's vowels,
  none.
- A displayed formula counts one, whatever its height. An image counts one character, whatever its height.
- A block of code counts its non-blank lines, at least one.
- A table row counts like a paragraph of its cells.
- A quotation or a list counts its contents. Blank lines and rules count nothing."""

from __future__ import annotations

import unicodedata
from math import ceil

from .html_tokens import PARAGRAPH_END, End, Piece, tokenize_html

WIDTH = 68


def count_lines(html: str) -> int:
    """Returns the number of lines of a rendered text."""
    total = characters = 0
    block_lines = 0  # lines of a displayed formula or a block of code
    for item in tokenize_html(html, words=False):
        if isinstance(item, End):
            if item.key == PARAGRAPH_END:
                total += block_lines or paragraph_lines(characters)
                characters = block_lines = 0
            else:
                characters += 1
        elif not isinstance(item, Piece):
            continue
        elif item.is_block:
            block_lines = _code_lines(item.text) if item.kind == "code" else 1
        elif item.kind == "break":
            total, characters = total + paragraph_lines(characters), 0
        else:
            characters += item.space + (1 if item.kind == "image" else width(item.text))
    return total


def width(text: str) -> int:
    """Returns how many characters a text counts as."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "FW" else 1


def paragraph_lines(characters: int) -> int:
    """Returns the number of lines of a paragraph, or of what stands between two breaks in one, of this width."""
    return max(1, ceil(characters / WIDTH))


def _code_lines(code: str) -> int:
    return max(1, sum(1 for line in code.splitlines() if line.strip()))

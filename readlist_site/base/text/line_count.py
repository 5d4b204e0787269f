"""How many lines a text has: the one rule by which summaries are held to 5–10.

- A paragraph, a list item, a heading or a footnote counts its visible characters ÷ 68, rounded up, at least
  one; where its writer broke the line, each part counts so. Formulas in a line count their visible symbols.
- A displayed formula counts one, whatever its height.
- A block of code counts its lines, at least one.
- A table's row counts like a paragraph of its cells.
- A quotation or a list counts what it holds. Blank lines and rules count nothing, in code, too.
"""

from __future__ import annotations

from math import ceil

from .html_tokens import PARAGRAPH_END, End, Piece, tokenize_html

WIDTH = 68


def count_lines(html: str) -> int:
    """Lines of a rendered text."""
    total = characters = 0
    alone = 0  # lines of a piece that stands alone
    for item in tokenize_html(html):
        if isinstance(item, End):
            if item.key == PARAGRAPH_END:
                total += alone or _lines(characters)
                characters = alone = 0
            else:
                characters += 1
        elif not isinstance(item, Piece):
            continue
        elif item.stands_alone:
            alone = _code_lines(item.text) if item.kind == "code" else 1
        elif item.kind == "break":
            total, characters = total + _lines(characters), 0
        else:
            characters += item.space + len(item.text)
    return total


def _lines(characters: int) -> int:
    return max(1, ceil(characters / WIDTH))


def _code_lines(code: str) -> int:
    return max(1, sum(1 for line in code.splitlines() if line.strip()))

"""Bounds on the markup of a text, counted in one pass before it is parsed.

Parsing takes time in proportion to the markup, with a large factor for some. Each bound stands for about half the time
that a text may take (see `render.py`), many times what anybody types, so that a text is refused for a reason that its
author can act on. Mixtures that stay below every bound are left to the time limit."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BOUNDS = (
    (800, "list items, headings and quotations", re.compile(r"^[ \t>]*(?:[-+*>#]|\d{1,9}[.)])", re.MULTILINE)),
    (500, "images", re.compile(r"!\[")),
    (2_000, "square brackets", re.compile(r"\[")),
    (3_000, "asterisks, underscores and tildes", re.compile(r"\*+|_+|~+")),
    (2_000, "backticks", re.compile(r"`+")),
    (2_000, "dollar signs", re.compile(r"\$+")),
    (1_000, "forced line breaks", re.compile(r"(?:\\|  )$", re.MULTILINE)),
    (5_000, "angle brackets and ampersands", re.compile(r"[<&]")),
)


def exceeded(source: str) -> str:
    """Returns the sentence that tells the author of which markup there is too much; "" if there is not. Fenced code
    doesn't count."""
    if len(source) <= min(most for most, _, _ in _BOUNDS):
        return ""
    text = _without_code(source)
    for most, name, pattern in _BOUNDS:
        if len(pattern.findall(text)) > most:
            return f"This text has more than {most:,} {name}. Use fewer of them, or divide the text."
    return ""


def _without_code(source: str) -> str:
    lines, fence = [], ""
    for line in source.split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif found:
            fence = found[1]
        else:
            lines.append(line)
    return "\n".join(lines)

"""Bounds on the markup of a text, counted in one pass before it is parsed.

Parsing takes time in proportion to the markup, with a large factor for some. Each bound stands for about half the time
that a text may take (see `render.py`), many times what anybody types, so that a text is refused for a reason that its
author can act on. Mixtures that stay below every bound are left to the time limit."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BOUNDS = (
    (
        800,
        _("This text has more than %(most)s list items, headings and quotations. Use fewer, or divide the text."),
        re.compile(r"^[ \t>]*(?:[-+*>#]|\d{1,9}[.)])", re.MULTILINE),
    ),
    (500, _("This text has more than %(most)s images. Use fewer, or divide the text."), re.compile(r"!\[")),
    (2_000, _("This text has more than %(most)s square brackets. Use fewer, or divide the text."), re.compile(r"\[")),
    (
        3_000,
        _("This text has more than %(most)s asterisks, underscores and tildes. Use fewer, or divide the text."),
        re.compile(r"\*+|_+|~+"),
    ),
    (2_000, _("This text has more than %(most)s backticks. Use fewer, or divide the text."), re.compile(r"`+")),
    (
        2_000,
        _("This text has more than %(most)s dollar signs. Use fewer, or divide the text."),
        re.compile(r"\$+|\\[()\[\]]|\\begin\b"),
    ),
    (
        1_000,
        _("This text has more than %(most)s forced line breaks. Use fewer, or divide the text."),
        re.compile(r"(?:\\|  )$", re.MULTILINE),
    ),
    (
        5_000,
        _("This text has more than %(most)s angle brackets and ampersands. Use fewer, or divide the text."),
        re.compile(r"[<&]"),
    ),
)


def exceeded(source: str) -> str:
    """Returns the sentence that tells the author of which markup there is too much; "" if there is not. Fenced code
    doesn't count."""
    if len(source) <= min(most for most, _, _ in _BOUNDS):
        return ""
    text = _without_code(source)
    for most, sentence, pattern in _BOUNDS:
        if len(pattern.findall(text)) > most:
            return str(sentence) % {"most": f"{most:,}"}
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

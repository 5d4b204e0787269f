"""A text, rendered: what forms call on save and on preview, and what models keep."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from django.utils.safestring import SafeString

from . import markdown, math
from .line_count import count_lines
from .math import TimeBudget
from .sanitise import sanitise

RENDERER_VERSION = 2
"""Stored beside the HTML. It rises whenever `render` gives different HTML or lines for the same source."""

MAX_LENGTH = 20_000
"""Characters of one text: some of Markdown's corners take time that grows faster than the text."""


class TextTooLong(ValueError):
    """A text has more than `MAX_LENGTH` characters; forms say so before it comes to this."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, its lines (see `lines.py`), and sentences about formulas that could not be read.

    `stalled` means that one of them was given up for lack of time: rendered again it may well be read.
    """

    html: SafeString
    lines: int
    problems: tuple[str, ...]
    stalled: bool = False


def render(source: str, budget: TimeBudget | None = None) -> Rendered:
    """Markdown with LaTeX to HTML that may stand in a page. Raises nothing but `TextTooLong`.

    Who renders many texts in a row gives the same `budget` to all of them."""
    if len(source) > MAX_LENGTH:
        raise TextTooLong(f"A text has at most {MAX_LENGTH} characters, this one {len(source)}.")
    source = source.encode(errors="replace").decode()  # half a surrogate pair is no character
    parsed = markdown.parse(source)
    readings = math.read(parsed.formulas, budget)
    name = blake2b(source.encode(), digest_size=4).hexdigest()
    html = sanitise(markdown.html(parsed, readings, name=name))
    found = (math.problem(formula, readings[formula]) for formula in dict.fromkeys(parsed.formulas))
    stalled = any(reading.stalled for reading in readings.values())
    return Rendered(html, count_lines(html), tuple(problem for problem in found if problem), stalled)

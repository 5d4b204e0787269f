"""Rendering of a text, for forms (on save and preview) and models."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from django.utils.safestring import SafeString

from . import markdown, math
from .cpu_meter import costs_cpu
from .line_count import count_lines
from .math import TimeBudget
from .sanitise import sanitise

RENDERER_VERSION = 2
"""Stored beside the HTML. Increase it whenever `render` returns different HTML or lines for the same source."""

MAX_LENGTH = 20_000
"""Characters of one text, since parsing some Markdown takes more than linear time."""


class TextTooLong(ValueError):
    """A text has more than `MAX_LENGTH` characters. Forms check this before they render."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, its line count (see `line_count.py`), and sentences about formulas that could not be read.

    `stalled`: a formula timed out, so that rendering again may succeed."""

    html: SafeString
    lines: int
    problems: tuple[str, ...]
    stalled: bool = False


@costs_cpu
def render(source: str, budget: TimeBudget | None = None) -> Rendered:
    """Returns Markdown with LaTeX as sanitised HTML. Raises TextTooLong and, if a meter refuses the work (see
    `cpu_meter.py`), what that raises; nothing else.

    Callers that render many texts in a row pass the same `budget` to each call."""
    if len(source) > MAX_LENGTH:
        raise TextTooLong(f"A text has at most {MAX_LENGTH} characters, this one {len(source)}.")
    source = source.encode(errors="replace").decode()  # replaces lone surrogates, which can't be encoded
    parsed = markdown.parse(source)
    readings = math.read(parsed.formulas, budget)
    name = blake2b(source.encode(), digest_size=4).hexdigest()
    html = sanitise(markdown.html(parsed, readings, name=name))
    problems = (math.problem(formula, readings[formula]) for formula in dict.fromkeys(parsed.formulas))
    stalled = any(reading.stalled for reading in readings.values())
    return Rendered(html, count_lines(html), tuple(problem for problem in problems if problem), stalled)

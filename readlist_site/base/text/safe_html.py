"""Source to sanitised HTML, line count and problems, in whichever process it is done: see `render.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import blake2b

from . import markdown, math, source_rules
from .line_count import count_lines
from .problems import Problem
from .sanitise import sanitise

MAX_HTML = 1_000_000  # characters; only texts built to grow reach it


class GrowsTooLarge(Exception):
    """The HTML of a text is longer than `MAX_HTML`."""


def to_html(
    source: str,
    *,
    line_breaks: bool = True,
    is_typed: bool = True,
    unread: Collection[int] | None = (),
    before_formula: Callable[[int], None] = lambda number: None,
) -> tuple[str, int, list[Problem], bool, Problem | None]:
    """Returns the text as HTML, its lines, what its author has to be told, whether a formula took too long, and what
    may be private, or not. Raises GrowsTooLarge.

    The formulas with a number in `unread` have taken too long before and are not converted; with None, none is.
    `line_breaks`, `is_typed`: see `render.render`."""
    prepared = source_rules.prepare(source, is_typed=is_typed)
    parsed = markdown.parse(prepared.source)
    readings = math.read(parsed.formulas, unread=unread, before_formula=before_formula)
    html = markdown.html(
        parsed, readings, name=blake2b(source.encode(), digest_size=4).hexdigest(), line_breaks=line_breaks
    )
    if len(html) > MAX_HTML:
        raise GrowsTooLarge
    html = sanitise(html)
    problems = [math.problem(formula, readings[formula]) for formula in dict.fromkeys(parsed.formulas)]
    stalled = any(reading.stalled for reading in readings.values())
    told = [each for each in [*prepared.problems, *problems, *parsed.hints] if each]
    return html, count_lines(html), told, stalled, prepared.doubt

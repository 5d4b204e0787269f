"""Converts formulas from LaTeX to HTML, or to their source where they can't be read.

A formula can make math-core run for minutes, exhaust the memory or overflow the stack. Known cases are rejected
(`latex.py`); the rest is converted in a process of its own under a time limit (`render_worker.py`), never in a server
process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape

from math_core import LatexError, LatexToMathML

from . import latex, mathml
from .latex_macros import MACROS
from .problems import Problem, excerpt

MAX_FORMULAS = 500  # per text
MAX_MATHML = 60_000  # characters; only formulas built to grow reach it
# What scrolls is reached by keyboard, and says what it is.
_REGION = 'tabindex="0" role="group" aria-labelledby="word-formula" dir="ltr"'
SCROLL_WIDTH = 24  # symbols; a longer inline formula gets a scrolling box, since it may not fit a phone


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written."""

    latex: str
    display: bool


@dataclass(frozen=True, slots=True)
class ParsedFormula:
    """The MathML of a formula, or the reason why it has none."""

    mathml: str = ""
    reason: str = ""  # a name in `problems.SENTENCES`; beside a `mathml`, what was left out
    values: tuple[tuple[str, str | int], ...] = ()  # to be inserted into that sentence
    stalled: bool = False  # it took too long


def read(
    formulas: Iterable[Formula],
    *,
    unread: Collection[int] | None = (),
    before_formula: Callable[[int], None] = lambda number: None,
) -> dict[Formula, ParsedFormula]:
    """Returns the result for each formula of a text. Doesn't raise: formulas that fail have a `reason`.

    Formulas are numbered in the order of their first use. Those in `unread` are given up; with None, all are. Calls
    `before_formula` with the number of each formula before it is converted, and with -1 when all are done."""
    readings: dict[Formula, ParsedFormula] = {}
    for number, formula in enumerate(dict.fromkeys(formulas)):
        if number >= MAX_FORMULAS:
            readings[formula] = ParsedFormula("", "too_many", (("most", MAX_FORMULAS),))
        elif unread is None or number in unread:
            readings[formula] = ParsedFormula("", "took_too_long", stalled=True)
        else:
            before_formula(number)
            readings[formula] = _read(formula)
    before_formula(-1)
    return readings


def problem(formula: Formula, reading: ParsedFormula) -> Problem | None:
    """Returns what tells the author why the formula is not shown as one, or not wholly; None if it is."""
    if not reading.reason:
        return None
    return Problem(reading.reason, (("formula", excerpt(formula.latex)), *reading.values))


def inline_html(formula: Formula, reading: ParsedFormula, after: str = "") -> str:
    """Returns the HTML of an inline formula, with the punctuation that must stay on its line."""
    if not reading.mathml:
        return isolated(f"<code>{escape(formula.latex.strip())}</code>") + escape(after)
    if mathml.symbols(reading.mathml) + 2 * mathml.space(reading.mathml) > SCROLL_WIDTH:
        shown = f'<span class="formula" {_REGION}>{reading.mathml}</span>'
    else:
        shown = isolated(reading.mathml)
    return f'<span class="nowrap">{shown}{escape(after)}</span>'


def isolated(html: str) -> str:
    """Returns what is written from left to right such that it neither decides the direction of the text around it nor
    is put in order with it."""
    return f'<bdi dir="ltr">{html}</bdi>'


def display_html(formula: Formula, reading: ParsedFormula) -> str:
    """Returns the HTML of a displayed formula."""
    if not reading.mathml:
        return (
            '<pre tabindex="0" role="group" aria-labelledby="word-formula-source" dir="ltr"><code>'
            f"{escape(formula.latex.strip())}</code></pre>\n"
        )
    return f'<div class="formula" {_REGION}>{reading.mathml}</div>\n'


def _read(formula: Formula) -> ParsedFormula:
    try:
        source = latex.prepare(formula.latex, display=formula.display)
        mathml_source = _converter().convert_with_local_state(source, displaystyle=formula.display)
    except latex.UnreadableFormula as unreadable:
        return ParsedFormula("", unreadable.reason, unreadable.values)
    except LatexError as error:
        return ParsedFormula("", *latex.explain(str(error)))
    if len(mathml_source) > MAX_MATHML:
        return ParsedFormula("", "grows")
    left_out = "label_left_out" if latex.has_label(formula.latex) else ""
    return ParsedFormula(mathml.tidy(mathml_source), left_out)


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(macros=MACROS, fancy_error=False)

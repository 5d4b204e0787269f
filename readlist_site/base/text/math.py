"""Formulas: from LaTeX to the HTML that shows them, or shows their source where they cannot be read.

No formula can hold up or end a server process: what is known to do so is refused (`latex.py`), the rest
is read in a child process under a time limit (`formula_pool.py`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from . import latex, math_pool, mathml

MOST = 500  # formulas of one text
TOGETHER = 40  # formulas that share one time limit
STALLS = 4  # after so many time limits a text's other formulas are not tried
WIDE = 24  # symbols; a longer formula in a line may not fit a phone and gets a box that scrolls
KEPT, KEPT_SIZE = 4_000, 20_000  # formulas remembered, and the longest MathML among them


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written."""

    latex: str
    display: bool


@dataclass(frozen=True, slots=True)
class ParsedFormula:
    """What became of a formula: its MathML, or the reason why there is none."""

    mathml: str = ""
    reason: str = ""
    stalled: bool = False  # a busy machine may be to blame: it may be read another time


class TimeBudget:
    """The time that the formulas of many texts may take together: each of them may take its limit, not all of them.

    A formula that comes when it is over is not tried. `unread` counts those that were given up."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self.unread = 0

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    def spend(self, seconds: float) -> None:
        """No more than one limit at once: that the child was yet to be started is no formula's fault."""
        self._left -= min(seconds, math_pool.SECONDS)


def read(formulas: Iterable[Formula], budget: TimeBudget | None = None) -> dict[Formula, ParsedFormula]:
    """Read all formulas of a text."""
    budget = budget or TimeBudget(float("inf"))
    readings: dict[Formula, ParsedFormula] = {}
    waiting: list[tuple[Formula, str]] = []
    for number, formula in enumerate(dict.fromkeys(formulas)):
        if number >= MOST:
            readings[formula] = ParsedFormula(reason=f"a text holds {MOST} formulas at most.")
        elif known := _memory.get(formula):
            readings[formula] = known
        else:
            try:
                waiting.append((formula, latex.prepare(formula.latex)))
            except latex.UnreadableFormula as unreadable:
                readings[formula] = ParsedFormula(reason=str(unreadable))
    return readings | _read_in_child(waiting, budget)


def problem(formula: Formula, reading: ParsedFormula) -> str:
    """The sentence that tells the writer why the formula is not shown as one; empty if it is."""
    if not reading.reason:
        return ""
    source = " ".join(formula.latex.split())
    shown = source if len(source) <= 60 else source[:59] + "…"
    return f"The formula {shown} could not be read: {reading.reason}"


def inline_html(formula: Formula, reading: ParsedFormula, after: str = "") -> str:
    """A formula in a line, with the punctuation that must not part from it."""
    if not reading.mathml:
        return f"<code>{escape(formula.latex.strip())}</code>{escape(after)}"
    if mathml.symbols(reading.mathml) + 2 * mathml.space(reading.mathml) > WIDE:
        return (
            '<span class="formula" tabindex="0" role="group" aria-label="Formula">'
            f"{reading.mathml}{escape(after)}</span>"
        )
    return f'<span class="nowrap">{reading.mathml}{escape(after)}</span>'


def display_html(formula: Formula, reading: ParsedFormula) -> str:
    """A formula that stands on its own."""
    if not reading.mathml:
        return (
            '<pre tabindex="0" role="group" aria-label="Formula as written"><code>'
            f"{escape(formula.latex.strip())}</code></pre>\n"
        )
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{reading.mathml}</div>\n'


def _read_in_child(waiting: list[tuple[Formula, str]], budget: TimeBudget) -> dict[Formula, ParsedFormula]:
    readings: dict[Formula, ParsedFormula] = {}
    parts = deque(waiting[start : start + TOGETHER] for start in range(0, len(waiting), TOGETHER))
    again: set[Formula] = set()
    stalls = 0
    while parts and stalls < STALLS and not budget.is_over:
        part = parts.popleft()
        begun = time.monotonic()
        try:
            replies = math_pool.convert([(source, formula.display) for formula, source in part])
        except math_pool.FormulaTimeout:
            stalls += 1
            if len(part) > 1:  # the one that stalls must not spoil the others
                parts.extendleft([one] for one in reversed(part))
            elif part[0][0] not in again:
                again.add(part[0][0])
                parts.append(part)
            continue
        finally:
            budget.spend(time.monotonic() - begun)
        for (formula, _), reply in zip(part, replies, strict=True):
            readings[formula] = _memory.put(formula, _understood(*reply))
    budget.unread += len(waiting) - len(readings)
    for formula, _ in waiting:
        readings.setdefault(formula, ParsedFormula(reason="it took too long.", stalled=True))
    return readings


def _understood(converted: str, error: str) -> ParsedFormula:
    if error:
        return ParsedFormula(reason=latex.explain(error))
    return ParsedFormula(mathml=mathml.tidy(converted))


class _Memory:
    """The formulas read last, so that a text rendered again costs nothing.

    What stalled is not kept: on a busy machine that may befall any formula.
    """

    def __init__(self) -> None:
        self._readings: OrderedDict[Formula, ParsedFormula] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, formula: Formula) -> ParsedFormula | None:
        with self._lock:
            if reading := self._readings.get(formula):
                self._readings.move_to_end(formula)
            return reading

    def put(self, formula: Formula, reading: ParsedFormula) -> ParsedFormula:
        if len(reading.mathml) <= KEPT_SIZE:
            with self._lock:
                self._readings[formula] = reading
                while len(self._readings) > KEPT:
                    self._readings.popitem(last=False)
        return reading


_memory = _Memory()

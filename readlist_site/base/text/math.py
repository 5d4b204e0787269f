"""Converts formulas from LaTeX to HTML, or to their source where they can't be read.

A formula must not block or crash a server process: known cases are rejected (`latex.py`), the rest is converted in a
child process under a time limit (`math_pool.py`)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from . import latex, math_pool, mathml

MAX_FORMULAS = 500  # per text
BATCH_SIZE = 40  # formulas per call of the child, which share one time limit
MAX_TIMEOUTS = 4  # timeouts per text after which the remaining formulas are not tried
SCROLL_WIDTH = 24  # symbols; a longer inline formula gets a scrolling box, since it may not fit a phone
CACHE_SIZE, MAX_CACHED_LENGTH = 4_000, 20_000  # formulas in the cache; characters of MathML in one of them


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written."""

    latex: str
    display: bool


@dataclass(frozen=True, slots=True)
class ParsedFormula:
    """The MathML of a formula, or the reason why it has none."""

    mathml: str = ""
    reason: str = ""
    stalled: bool = False  # it timed out, perhaps on a busy machine: rendering it again may succeed


class TimeBudget:
    """A time limit shared by the formulas of many texts. When it is used up, further formulas are not tried; `unread`
    counts the formulas given up."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self.unread = 0

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    def spend(self, seconds: float) -> None:
        """Subtracts the time, at most one time limit, so that a slow start of the child isn't counted in full."""
        self._left -= min(seconds, math_pool.SECONDS)


def read(formulas: Iterable[Formula], budget: TimeBudget | None = None) -> dict[Formula, ParsedFormula]:
    """Returns the result for each formula of a text. Doesn't raise: formulas that fail have a `reason`."""
    budget = budget or TimeBudget(float("inf"))
    readings: dict[Formula, ParsedFormula] = {}
    waiting: list[tuple[Formula, str]] = []
    for number, formula in enumerate(dict.fromkeys(formulas)):
        if number >= MAX_FORMULAS:
            readings[formula] = ParsedFormula(reason=f"a text holds {MAX_FORMULAS} formulas at most.")
        elif known := _cache.get(formula):
            readings[formula] = known
        else:
            try:
                waiting.append((formula, latex.prepare(formula.latex)))
            except latex.UnreadableFormula as unreadable:
                readings[formula] = ParsedFormula(reason=str(unreadable))
    return readings | _read_in_child(waiting, budget)


def problem(formula: Formula, reading: ParsedFormula) -> str:
    """Returns the sentence that tells the author why the formula is not shown as one; "" if it is."""
    if not reading.reason:
        return ""
    source = " ".join(formula.latex.split())
    shown = source if len(source) <= 60 else source[:59] + "…"
    return f"The formula {shown} could not be read: {reading.reason}"


def inline_html(formula: Formula, reading: ParsedFormula, after: str = "") -> str:
    """Returns the HTML of an inline formula, with the punctuation that must stay on its line."""
    if not reading.mathml:
        return f"<code>{escape(formula.latex.strip())}</code>{escape(after)}"
    if mathml.symbols(reading.mathml) + 2 * mathml.space(reading.mathml) > SCROLL_WIDTH:
        return (
            '<span class="formula" tabindex="0" role="group" aria-label="Formula">'
            f"{reading.mathml}{escape(after)}</span>"
        )
    return f'<span class="nowrap">{reading.mathml}{escape(after)}</span>'


def display_html(formula: Formula, reading: ParsedFormula) -> str:
    """Returns the HTML of a displayed formula."""
    if not reading.mathml:
        return (
            '<pre tabindex="0" role="group" aria-label="Formula as written"><code>'
            f"{escape(formula.latex.strip())}</code></pre>\n"
        )
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{reading.mathml}</div>\n'


def _read_in_child(waiting: list[tuple[Formula, str]], budget: TimeBudget) -> dict[Formula, ParsedFormula]:
    readings: dict[Formula, ParsedFormula] = {}
    batches = deque(waiting[start : start + BATCH_SIZE] for start in range(0, len(waiting), BATCH_SIZE))
    retried: set[Formula] = set()
    timeouts = 0
    while batches and timeouts < MAX_TIMEOUTS and not budget.is_over:
        batch = batches.popleft()
        started = time.monotonic()
        try:
            replies = math_pool.convert([(source, formula.display) for formula, source in batch])
        except math_pool.FormulaTimeout:
            timeouts += 1
            if len(batch) > 1:  # retry one by one, so that only the slow formula fails
                batches.extendleft([one] for one in reversed(batch))
            elif batch[0][0] not in retried:
                retried.add(batch[0][0])
                batches.append(batch)
            continue
        finally:
            budget.spend(time.monotonic() - started)
        for (formula, _), reply in zip(batch, replies, strict=True):
            readings[formula] = _cache.put(formula, _parsed(*reply))
    budget.unread += len(waiting) - len(readings)
    for formula, _ in waiting:
        readings.setdefault(formula, ParsedFormula(reason="it took too long.", stalled=True))
    return readings


def _parsed(converted: str, error: str) -> ParsedFormula:
    if error:
        return ParsedFormula(reason=latex.explain(error))
    return ParsedFormula(mathml=mathml.tidy(converted))


class _Cache:
    """An LRU cache of formulas, shared by all threads. Timeouts aren't cached, since they may be due to a busy
    machine."""

    def __init__(self) -> None:
        self._readings: OrderedDict[Formula, ParsedFormula] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, formula: Formula) -> ParsedFormula | None:
        with self._lock:
            if reading := self._readings.get(formula):
                self._readings.move_to_end(formula)
            return reading

    def put(self, formula: Formula, reading: ParsedFormula) -> ParsedFormula:
        if len(reading.mathml) <= MAX_CACHED_LENGTH:
            with self._lock:
                self._readings[formula] = reading
                while len(self._readings) > CACHE_SIZE:
                    self._readings.popitem(last=False)
        return reading


_cache = _Cache()

"""Runs in the child process that converts formulas, with math-core and nothing else.

It is outside `readlist_site.base.text`, so that starting a child imports neither Markdown nor Django. A formula can
make math-core run for minutes, exhaust the memory or overflow the stack; here that ends only this process, which its
parent replaces."""

import resource
import time
from contextlib import suppress

from math_core import LatexError, LatexToMathML

MEMORY = 512 * 2**20  # bytes of address space
SECONDS = 2  # of processor time for one batch; the parent's timeout is much shorter
MAX_LENGTH = 60_000  # characters of MathML; only formulas built to grow reach it

_reader: LatexToMathML | None = None


def initialise(macros: dict[str, str]) -> None:
    """Initialises this process."""
    global _reader
    with suppress(OSError, ValueError):  # not every system lets a process limit itself
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    _reader = LatexToMathML(macros=macros, fancy_error=False)


def convert(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Returns (MathML, "") for each (LaTeX, displayed?) pair, or ("", math-core's error message)."""
    _limit_cpu_time()
    return [_one(latex, display) for latex, display in formulas]


def _limit_cpu_time() -> None:
    """Limits the processor time of this batch, since a child whose parent was killed notices that only between
    batches."""
    with suppress(OSError, ValueError):
        soon = int(time.process_time()) + 1 + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (soon, resource.RLIM_INFINITY))


def _one(latex: str, display: bool) -> tuple[str, str]:
    try:
        mathml = _reader.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        return "", str(error)
    return (mathml, "") if len(mathml) <= MAX_LENGTH else ("", "0: It grows too large.")

"""What runs inside the child process that reads formulas: math-core and nothing else.

It stands outside `readlist_site.base.text` so that starting a child imports neither Markdown nor Django.
A formula can make math-core run for minutes, exhaust the memory or overflow the stack; here it can only
end this process, which its parent replaces.
"""

import resource
import time
from contextlib import suppress

from math_core import LatexError, LatexToMathML

MEMORY = 512 * 2**20  # bytes of address space
SECONDS = 2  # of processor time for one batch; its parent gives up long before
LARGEST = 60_000  # characters of MathML; only a formula made to grow gets there

_reader: LatexToMathML | None = None


def begin(macros: dict[str, str]) -> None:
    """Prepare this process, once."""
    global _reader
    with suppress(OSError, ValueError):  # not every system lets a process limit itself
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    _reader = LatexToMathML(macros=macros, fancy_error=False)


def convert(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    """For each (LaTeX, displayed?) its MathML and "", or "" and what math-core had against it."""
    _end_with_the_parent()
    return [_one(latex, display) for latex, display in formulas]


def _end_with_the_parent() -> None:
    """A child whose parent was killed notices only between formulas, so bound the processor time of one."""
    with suppress(OSError, ValueError):
        soon = int(time.process_time()) + 1 + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (soon, resource.RLIM_INFINITY))


def _one(latex: str, display: bool) -> tuple[str, str]:
    try:
        mathml = _reader.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        return "", str(error)
    return (mathml, "") if len(mathml) <= LARGEST else ("", "0: It grows too large.")

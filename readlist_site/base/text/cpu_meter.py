"""How much CPU time is spent on texts, for whoever asks: a request charges it to its person.

CPU time of the thread, and of other processes that report theirs, since the clock would count what others make the
machine do meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from time import thread_time
from typing import ParamSpec, TypeVar

Arguments, Result = ParamSpec("Arguments"), TypeVar("Result")


@dataclass
class CpuMeter:
    """The CPU seconds spent so far. `before` is called once, before the first work, and may raise to prevent it."""

    before: Callable[[], None]
    seconds: float = 0.0
    has_begun: bool = False
    is_running: bool = False


_meter: ContextVar[CpuMeter | None] = ContextVar("cpu_meter", default=None)


@contextmanager
def metered(before: Callable[[], None] = lambda: None) -> Iterator[CpuMeter]:
    """Measures the work that is done inside, in this thread."""
    meter = CpuMeter(before)
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def charge(seconds: float) -> None:
    """Adds CPU seconds of another process to the meter, if one is running."""
    if meter := _meter.get():
        meter.seconds += seconds


def costs_cpu(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Decorator: adds what a call costs in this thread to the meter, if one is running. What it has another process do
    is added by `charge`."""

    @wraps(work)
    def measured(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        meter = _meter.get()
        if meter is None or meter.is_running:
            return work(*args, **kwargs)
        if not meter.has_begun:
            meter.before()
        meter.has_begun = meter.is_running = True
        began = thread_time()
        try:
            return work(*args, **kwargs)
        finally:
            meter.seconds += thread_time() - began
            meter.is_running = False

    return measured

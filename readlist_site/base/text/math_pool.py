"""The child process that reads formulas for this process, started when the first formula comes.

Each server process makes its own pool after it was forked, with one child, which is killed and replaced
when a formula takes too long or brings it down. The pool goes when the process goes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import threading
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool

from pebble import ProcessExpired, ProcessPool
from pebble.common import CONSTS

from readlist_site.base import math_worker

from .latex_macros import MACROS

SECONDS = 0.3  # for one batch of formulas, which usually takes a thousandth of one
STARTUP = 30.0  # for the child to come up on a busy machine
QUEUE_TIMEOUT = 10.0  # when other threads' formulas stand in the queue before ours

# Pebble waits three seconds between asking a child to end and ending it; math-core never listens.
CONSTS.term_timeout = 0.05
CONSTS.sleep_unit = 0.05

_lock = threading.Lock()
_pool: ProcessPool | None = None
_method = "forkserver"


class FormulaTimeout(Exception):
    """The child took too long over these formulas or died of them."""


def convert(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Have the child convert (LaTeX, displayed?) pairs: see `formula_child.convert`.

    The time limit begins when the child takes the batch up, so neither its start nor a queue eats it.
    """
    for _ in range(2):
        pool = _running()
        try:
            future = pool.schedule(math_worker.convert, args=[formulas], timeout=SECONDS)
        except RuntimeError:  # the pool broke while it was idle: its child was killed from outside
            _discard(pool)
            continue
        try:
            return future.result(timeout=QUEUE_TIMEOUT)
        except BrokenProcessPool:
            _discard(pool)
        except (TimeoutError, ProcessExpired, CancelledError, MemoryError) as error:
            future.cancel()
            raise FormulaTimeout from error
    raise FormulaTimeout


def close() -> None:
    """End the child; the next formula starts another."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.stop()
        pool.join()


def _running() -> ProcessPool:
    global _pool
    with _lock:
        if _pool is None:
            _pool = _started()
        return _pool


def _started() -> ProcessPool:
    context = multiprocessing.get_context(_method)
    context.set_forkserver_preload([math_worker.__name__])
    pool = ProcessPool(max_workers=1, initializer=math_worker.begin, initargs=[MACROS], context=context)
    try:
        pool.schedule(math_worker.convert, args=[[]]).result(timeout=STARTUP)
    except (OSError, RuntimeError) as error:
        pool.stop()
        raise FormulaTimeout from error
    return pool


def _discard(broken: ProcessPool) -> None:
    global _pool
    with _lock:
        if _pool is broken:
            _pool = None
    broken.stop()
    broken.join()


def _forget() -> None:
    """A fork inherits the pool but not its threads, and the fork server but not as its child: begin anew."""
    global _lock, _pool, _method
    _method = "spawn" if _pool else "forkserver"
    _lock, _pool = threading.Lock(), None


os.register_at_fork(after_in_child=_forget)
atexit.register(close)

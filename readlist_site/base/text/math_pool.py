"""The child process that converts formulas for this process, started with the first formula.

Each server process creates its own pool after it was forked, with one child, which is killed and replaced when a
formula takes too long or crashes it. The pool is closed at exit."""

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

SECONDS = 0.3  # for one batch of formulas, which usually takes about a millisecond
STARTUP = 30.0  # for the child to start on a busy machine
QUEUE_TIMEOUT = 10.0  # including the wait for batches of other threads

# Pebble sends SIGKILL three seconds after SIGTERM by default; math-core never reacts to SIGTERM, so don't wait.
CONSTS.term_timeout = 0.05
CONSTS.sleep_unit = 0.05

_lock = threading.Lock()
_pool: ProcessPool | None = None
_method = "forkserver"


class FormulaTimeout(Exception):
    """The child took too long over these formulas, or died."""


def convert(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Has the child convert (LaTeX, displayed?) pairs: see `math_worker.convert`. Raises FormulaTimeout.

    The time limit begins when the child receives the batch; its start and waiting in the queue don't count."""
    for _ in range(2):
        pool = _get_pool()
        try:
            future = pool.schedule(math_worker.convert, args=[formulas], timeout=SECONDS)
        except RuntimeError:  # the pool's child was killed while it was idle
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
    """Ends the child; the next formula starts another."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.stop()
        pool.join()


def _get_pool() -> ProcessPool:
    global _pool
    with _lock:
        if _pool is None:
            _pool = _start_pool()
        return _pool


def _start_pool() -> ProcessPool:
    context = multiprocessing.get_context(_method)
    context.set_forkserver_preload([math_worker.__name__])
    pool = ProcessPool(max_workers=1, initializer=math_worker.initialise, initargs=[MACROS], context=context)
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


def _reset_after_fork() -> None:
    """Resets the state in a forked child, which inherits the pool without its threads and can't use the fork server."""
    global _lock, _pool, _method
    _method = "spawn" if _pool else "forkserver"
    _lock, _pool = threading.Lock(), None


os.register_at_fork(after_in_child=_reset_after_fork)
atexit.register(close)

"""A text that hangs must fail its test, not the whole run."""

import signal
from contextlib import contextmanager

import pytest


@pytest.fixture
def within():
    """A context that fails after so many seconds of computing, or ten times as many on the clock."""

    @contextmanager
    def limit(seconds: float):
        def give_up(*_):
            pytest.fail(f"took longer than {seconds} seconds")

        timers = {signal.ITIMER_PROF: (signal.SIGPROF, seconds), signal.ITIMER_REAL: (signal.SIGALRM, seconds * 10)}
        before = {number: signal.signal(number, give_up) for number, _ in timers.values()}
        for timer, (_, most) in timers.items():
            signal.setitimer(timer, most)
        try:
            yield
        finally:
            for timer, (number, _) in timers.items():
                signal.setitimer(timer, 0)
                signal.signal(number, before[number])

    return limit

"""A text that hangs must fail its test, not the whole run."""

import signal
from contextlib import contextmanager

import pytest


@pytest.fixture
def within():
    """A context that fails after so many seconds: far more than the work takes, even on a slow day."""

    @contextmanager
    def limit(seconds: float):
        def give_up(*_):
            pytest.fail(f"took longer than {seconds} seconds")

        before = signal.signal(signal.SIGALRM, give_up)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    return limit

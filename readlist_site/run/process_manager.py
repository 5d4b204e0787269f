"""Starts the server and the worker, and ends both when one of them ends or somebody ends them.

Each has a session of its own: Ctrl-C reaches this process alone, which then asks both to finish what they are doing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from .gunicorn_conf import graceful_timeout

COMMANDS = (
    ("-m", "gunicorn", "--config", "readlist_site/run/gunicorn_conf.py", "readlist_site.wsgi"),
    ("manage.py", "worker"),
)


def run() -> int:
    """Return the exit code: 0 if this process was asked to end, else that of the child that ended first."""
    asked = False

    def ask(*_) -> None:
        nonlocal asked
        asked = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    # nohup has SIGHUP ignored, so that both outlive their terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, ask)
    children = [subprocess.Popen([sys.executable, *command], start_new_session=True) for command in COMMANDS]  # noqa: S603
    while not asked and all(child.poll() is None for child in children):
        time.sleep(0.1)
    code = 0 if asked else next(child.returncode for child in children if child.returncode is not None)
    _end(children)
    return code if code >= 0 else 128 - code


def _end(children: list[subprocess.Popen]) -> None:
    """Send SIGTERM to all, with the processes they started; after the server's graceful timeout, SIGKILL."""
    _signal(children, signal.SIGTERM)
    deadline = time.monotonic() + graceful_timeout + 5
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0, deadline - time.monotonic()))
    _signal(children, signal.SIGKILL)


def _signal(children: list[subprocess.Popen], name: signal.Signals) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, name)


if __name__ == "__main__":
    sys.exit(run())

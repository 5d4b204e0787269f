"""Starts the server and the worker, and ends both when one of them exits or this process is told to end.

Each has its own session, so that Ctrl-C reaches this process only, which then sends both SIGTERM."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from .gunicorn_conf import graceful_timeout

# Else glibc keeps memory apart for each thread: 10 MB after a few dozen pages.
ARENAS = {"MALLOC_ARENA_MAX": "2"}
COMMANDS = (
    ("-m", "gunicorn", "--config", "readlist_site/run/gunicorn_conf.py", "readlist_site.wsgi"),
    ("manage.py", "worker"),
)


def run() -> int:
    """Runs until a signal or the exit of a child. Returns 0 after a signal, else the exit code of the child that exited
    first."""
    stopping = False
    os.umask(0o077)

    def stop(*_) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Under nohup SIGHUP is ignored, and stays so: server and worker keep running when the terminal closes.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)
    environment = ARENAS | os.environ
    children = [
        subprocess.Popen([sys.executable, *command], env=environment, start_new_session=True)  # noqa: S603
        for command in COMMANDS
    ]
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.1)
    code = 0 if stopping else next(child.returncode for child in children if child.returncode is not None)
    _end(children)
    return code if code >= 0 else 128 - code


def _end(children: list[subprocess.Popen]) -> None:
    """Sends SIGTERM to the process groups of all children and, after the server's graceful timeout, SIGKILL."""
    _signal(children, signal.SIGTERM)
    deadline = time.monotonic() + graceful_timeout + 5
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0, deadline - time.monotonic()))
    _signal(children, signal.SIGKILL)


def _signal(children: list[subprocess.Popen], name: signal.Signals) -> None:
    """Sends the signal to each child's process group, if it still exists."""
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, name)


if __name__ == "__main__":
    sys.exit(run())

"""The process that renders texts for this one (`render_worker.py`), started with the first text that needs it.

Each server process starts its own after it was forked. It is started as a module, so that it never imports the main
module of this process, which might render a text as soon as it is imported. It ends with this process, whose end of
the socket is then closed."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .cpu_meter import charge

STARTUP = 30.0  # seconds for the process to start on a busy machine
TIMEOUT = 10.0  # seconds to wait for the requests of other threads, and as long again for the reply

_ROOT = Path(__file__).resolve().parents[3]
_WORKER = "readlist_site.base.text.render_worker"


class RenderProcessUnavailable(Exception):
    """The process could not be started, or the machine is too busy."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job returned and the seconds of processor time it took; where `died` is true, it took more than allowed or
    crashed, perhaps in the formula with this number (-1 for none)."""

    value: Any
    cpu_seconds: float
    died: bool = False
    formula: int = -1
    error: str = ""


def call(job: str, *arguments: Any, seconds: float) -> Reply:
    """Does a job of `render_worker.py` with at most these seconds of processor time. Raises
    RenderProcessUnavailable."""
    number = next(_numbers)
    if not _lock.acquire(timeout=TIMEOUT):
        raise RenderProcessUnavailable
    try:
        request = json.dumps({"number": number, "job": job, "arguments": arguments, "seconds": seconds}).encode()
        for _ in range(2):
            with suppress(OSError, EOFError, ValueError):  # it was killed while it was idle: start another
                reply = _exchange(request)
                if reply["number"] == number:
                    charge(reply["cpu"])
                    return Reply(
                        reply.get("value"),
                        reply["cpu"],
                        reply.get("died", False),
                        reply.get("formula", -1),
                        reply.get("error", ""),
                    )
            _end()
        raise RenderProcessUnavailable
    finally:
        _lock.release()


def close() -> None:
    """Ends the process; the next text starts another."""
    with _lock:
        _end()


def _exchange(request: bytes) -> dict[str, Any]:
    """Raises OSError, EOFError or ValueError if the process is gone."""
    global _process
    fresh = _process is None
    if _process is None:
        _process = _start()
    process, connection = _process
    if process.poll() is not None:  # killed; the child that it left behind would not be replaced
        raise EOFError
    connection.send_bytes(request)
    if not connection.poll(STARTUP if fresh else TIMEOUT):
        _end()
        raise RenderProcessUnavailable
    return json.loads(connection.recv_bytes())


def _start() -> tuple[subprocess.Popen, Connection]:
    ours, theirs = Pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 (no text is in the command)
            [sys.executable, "-m", _WORKER, str(theirs.fileno())],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # so that Ctrl-C in a terminal doesn't reach it
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


def _end() -> None:
    global _process
    if _process is None:
        return
    (process, connection), _process = _process, None
    connection.close()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _reset_after_fork() -> None:
    """Leaves the process to the parent; this fork starts its own."""
    global _lock, _process
    _lock = threading.Lock()
    if _process is not None:
        process, connection = _process
        connection.close()
        process.returncode = 0  # it is not ours to wait for
        _process = None


_lock = threading.Lock()
_numbers = count(1)
_process: tuple[subprocess.Popen, Connection] | None = None

os.register_at_fork(after_in_child=_reset_after_fork)
atexit.register(close)

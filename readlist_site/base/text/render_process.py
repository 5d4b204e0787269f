"""The process that renders texts for this one (`render_worker.py`), started with the first text that needs it.

It has two children, so that one person's texts, of which a server process renders one after the other, leave one to
others. Who waits for a child gets the next one in turn.

Each server process starts its own after it was forked. It is started as a module, so that it never imports the main
module of this process, which might render a text as soon as it is imported. It ends with this process, whose ends of
the sockets are then closed."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from .cpu_meter import charge

CHILDREN = 2
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
    child = _children.take(TIMEOUT)
    try:
        request = json.dumps({"number": number, "job": job, "arguments": arguments, "seconds": seconds}).encode()
        for _ in range(2):
            process = _running()
            with suppress(OSError, EOFError, ValueError):  # it was killed while it was idle: start another
                reply = _exchange(process, child, request)
                if reply["number"] == number:
                    charge(reply["cpu"])
                    return Reply(
                        reply.get("value"),
                        reply["cpu"],
                        reply.get("died", False),
                        reply.get("formula", -1),
                        reply.get("error", ""),
                    )
            _end(process)
        raise RenderProcessUnavailable
    finally:
        _children.give_back(child)


def close() -> None:
    """Ends the process; the next text starts another."""
    if process := _process:
        _end(process)


class _InTurn:
    """Things that one thread at a time may have, in the order in which threads ask. A lock would be taken again by who
    has just released it, while the others still wake up."""

    def __init__(self, things: Iterable[int]) -> None:
        self._lock = threading.Lock()
        self._free = list(things)
        self._waiting: deque[Future[int]] = deque()

    def take(self, timeout: float) -> int:
        """Waits for one for `timeout` seconds at most. Raises RenderProcessUnavailable if there is none by then."""
        with self._lock:
            if self._free:
                return self._free.pop(0)
            self._waiting.append(place := Future())
        try:
            return place.result(timeout)
        except TimeoutError:
            if place.cancel():
                raise RenderProcessUnavailable from None
            return place.result()  # given in this moment

    def give_back(self, thing: int) -> None:
        """Gives it to who has waited for longest."""
        with self._lock:
            while self._waiting:
                place = self._waiting.popleft()
                if place.set_running_or_notify_cancel():
                    place.set_result(thing)
                    return
            self._free.append(thing)


@dataclass
class _Process:
    """A running process, the socket to each of its children, and whether it has answered."""

    popen: subprocess.Popen
    connections: list[Connection]
    has_answered: bool = False


def _exchange(process: _Process, child: int, request: bytes) -> dict[str, Any]:
    """Raises OSError, EOFError or ValueError if the process is gone."""
    if process.popen.poll() is not None:  # killed; the children that it left behind would not be replaced
        raise EOFError
    connection = process.connections[child]
    connection.send_bytes(request)
    if not connection.poll(TIMEOUT if process.has_answered else STARTUP):
        _end(process)
        raise RenderProcessUnavailable
    reply = json.loads(connection.recv_bytes())
    process.has_answered = True
    return reply


def _running() -> _Process:
    """Starts the process if there is none. Raises RenderProcessUnavailable."""
    global _process
    with _lock:
        if _process is None:
            try:
                _process = _start()
            except OSError as error:
                raise RenderProcessUnavailable from error
        return _process


def _start() -> _Process:
    pipes = [Pipe() for _ in range(CHILDREN)]
    theirs = [their.fileno() for _, their in pipes]
    try:
        popen = subprocess.Popen(  # noqa: S603 (no text is in the command)
            [sys.executable, "-m", _WORKER, *map(str, theirs)],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=theirs,
            # So that Ctrl-C in a terminal doesn't reach it. Not a session: Linux gives each of these as much of the
            # processors as another, however nice the processes in it are.
            process_group=0,
        )
    finally:
        for _, their in pipes:
            their.close()
    return _Process(popen, [our for our, _ in pipes])


def _end(process: _Process) -> None:
    """Ends this process, if it hasn't been replaced. Its sockets are closed when nobody uses them any more: another
    thread may be waiting for a reply, and would read from whatever is opened next."""
    global _process
    with _lock:
        if _process is not process:
            return
        _process = None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.popen.pid, signal.SIGKILL)
        process.popen.wait()


def _reset_after_fork() -> None:
    """Leaves the process to the parent; this fork starts its own."""
    global _lock, _children, _process
    _lock, _children = threading.Lock(), _InTurn(range(CHILDREN))
    if _process is not None:
        for connection in _process.connections:
            connection.close()
        _process.popen.returncode = 0  # it is not ours to wait for
        _process = None


_lock = threading.Lock()  # for starting and ending it
_children = _InTurn(range(CHILDREN))
_numbers = count(1)
_process: _Process | None = None

os.register_at_fork(after_in_child=_reset_after_fork)
atexit.register(close)

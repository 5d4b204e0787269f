"""The process that renders texts and compares them: `python -m readlist_site.base.text.render_worker FD…`.

It imports everything once and then forks a child for each socket FD, which answers requests on it one after the other.
A child that uses more processor time than its request allows, overflows the stack or crashes ends; the first process
reports its death on the socket and forks the next, which takes a few milliseconds."""

from __future__ import annotations

import gc
import json
import mmap
import os
import resource
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection

from . import highlight, safe_html, source_rules
from .diff import compare
from .problems import Problem

MEMORY = 512 * 2**20  # bytes of address space
NICENESS = 5  # how far other processes of the server go before it
FORMULA_SECONDS = 0.02  # of processor time for one formula, which usually takes a thirty-thousandth

_STATE = struct.Struct(
    "iid"
)  # the request being answered (0: none), its formula (-1: none), processor time when it began


def main(descriptors: Iterable[int]) -> None:
    """Keeps a child answering on each of these sockets until the other end of one is closed."""
    hardest = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = MEMORY if hardest == resource.RLIM_INFINITY else min(MEMORY, hardest)
    for what, limits in ((resource.RLIMIT_AS, (memory, hardest)), (resource.RLIMIT_CORE, (0, 0))):
        with suppress(OSError, ValueError):  # not every system lets a process limit itself
            resource.setrlimit(what, limits)
    # Pages that need no rendering come first.
    os.nice(NICENESS)
    # What stops the server stops it first, and it needs its texts until then.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.freeze()
    children = dict(_fork(Connection(each), mmap.mmap(-1, _STATE.size)) for each in descriptors)
    while True:
        pid, status, usage = os.wait4(-1, 0)
        connection, state = children.pop(pid)
        number, formula, start = _STATE.unpack_from(state)
        # Killed while it sent a reply, it has left a part of one, to which nothing may be added.
        if os.WIFEXITED(status) or number == 0:
            return
        cpu = usage.ru_utime + usage.ru_stime - start
        _send(connection, {"number": number, "died": True, "formula": formula, "cpu": cpu})
        children |= [_fork(connection, state)]
        highlight.load_lexers()  # so that no later child has to; nothing to do from the second time on


def _fork(connection: Connection, state: mmap.mmap) -> tuple[int, tuple[Connection, mmap.mmap]]:
    """Forks a child that answers on this socket. Returns its process id, and what it was given."""
    _STATE.pack_into(state, 0, 0, -1, 0.0)
    if (pid := os.fork()) == 0:
        _serve(connection, state)
        os._exit(0)
    return pid, (connection, state)


def _serve(connection: Connection, state: mmap.mmap) -> None:
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except EOFError:
            return
        if request["job"] == "render":
            highlight.load_lexers(request["arguments"][0])  # which is not the text's fault
        number, start = request["number"], time.process_time()

        def limit(
            formula: int = -1, *, number: int = number, start: float = start, most: float = request["seconds"]
        ) -> None:
            """Ends this process at the time limit, or at that of the formula that is converted next."""
            _STATE.pack_into(state, 0, number, formula, start)
            left = max(0.001, start + most - time.process_time())
            signal.setitimer(signal.ITIMER_PROF, left if formula < 0 else min(left, FORMULA_SECONDS))

        limit()
        try:
            value = {"value": _JOBS[request["job"]](*request["arguments"], limit)}
        except Exception:  # whatever a text provokes must not leave its request unanswered
            value = {"error": traceback.format_exc()}
        reply = json.dumps(value | {"number": number, "cpu": time.process_time() - start}).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        _STATE.pack_into(state, 0, 0, -1, 0.0)
        connection.send_bytes(reply)


def _render(
    source: str, reading: dict[str, bool], unread: list[int] | None, limit: Callable[[int], None]
) -> tuple | None:
    try:
        html, lines, problems, stalled, doubt = safe_html.to_html(
            source, **reading, unread=unread, before_formula=limit
        )
        return html, lines, [_values(each) for each in problems], stalled, _values(doubt)
    except safe_html.GrowsTooLarge:
        return None


def _as_sent(source: str, limit: Callable[[int], None]) -> tuple:
    found = source_rules.as_sent(source)
    return found.text, [_values(each) for each in found.left_out], _values(found.doubt)


def _values(problem: Problem | None) -> tuple | None:
    return (problem.kind, problem.values) if problem else None


def _diff(old: str, new: str, limit: Callable[[int], None]) -> tuple:
    return compare(old, new)


_JOBS = {"render": _render, "as_sent": _as_sent, "diff": _diff}


def _send(connection: Connection, message: dict) -> None:
    connection.send_bytes(json.dumps(message).encode())


if __name__ == "__main__":
    main(map(int, sys.argv[1:]))

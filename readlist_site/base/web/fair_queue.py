"""Which request a server process works on next, so that nobody who asks for too much slows others down.

Gunicorn's many threads only wait: for a slow client's body, for their turn, and for the client to take the answer. A
few threads of this module run Django, each with a database connection of its own, and take the waiting requests by
party: a party is one person, all strangers together, or all whose session isn't known yet. Each party has a credit of
processor time. Without credit, it is served while nobody else is."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from threading import Condition, Event, Lock, Thread
from typing import Any
from wsgiref.util import FileWrapper

from django.http.cookie import parse_cookie

THREADS = 8
"""Threads that run Django in one process."""

MOST_RUNNING = 2
"""Requests of one party that run at the same moment."""

CREDIT, REFILL = 1.0, 0.25
"""Seconds of processor time that a party may use before others are served first, and how much of it comes back each
second."""

MAX_WAITING = 48
"""Requests of one person that wait. What comes on top is refused."""

MAX_WAITING_STRANGERS = 160
"""Requests without a known session that wait."""

PATIENCE = 30.0
"""Seconds after which a waiting request is refused."""

MAX_BODY = 8 * 2**20
"""Bytes of a request's body, twice what any form here takes."""

MAX_BODY_OF_STRANGERS = 256 * 2**10
"""Bytes of a body that comes without a session's cookie. What is larger isn't read: parsing it costs the more the
longer it is."""

PERSON, CPU_SECONDS = "readlist.person", "readlist.cpu_seconds"
"""Keys of the WSGI environment. The application writes there who is signed in, and the processor time that other
processes have spent on the request."""

_IN_MEMORY = 512 * 2**10
_KNOWN_SESSIONS = 10_000
_STRANGERS, _UNPROVEN = "strangers", "unproven"

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Refused(Exception):
    """Too many requests of this party wait, or this one has waited for too long."""


@dataclass
class Party:
    """Whose requests are served in turn."""

    credit: float = CREDIT
    counted_at: float = field(default_factory=time.monotonic)
    running: int = 0
    waiting: deque[_Job] = field(default_factory=deque)

    def has_credit(self, now: float) -> bool:
        self.credit = min(CREDIT, self.credit + (now - self.counted_at) * REFILL)
        self.counted_at = now
        return self.credit > 0


class _Job:
    """One request, until it is answered."""

    def __init__(self, environ: Environ, whose: str) -> None:
        self.environ, self.whose, self.done = environ, whose, Event()
        self.head: tuple = ()
        self.answer: Iterable[bytes] = ()
        self.error: BaseException | None = None

    def start_response(self, *arguments: Any) -> None:
        self.head = arguments


class FairQueue:
    """WSGI middleware around the application. `session_cookie` is the name of the cookie by which people are known."""

    def __init__(self, application: Application, *, session_cookie: str, threads: int = THREADS) -> None:
        self._application, self._cookie, self._number_of_threads = application, session_cookie, threads
        self._changed = Condition(Lock())
        self._parties: OrderedDict[str, Party] = OrderedDict()
        self._sessions: OrderedDict[str, str] = OrderedDict()
        self._threads: list[Thread] = []

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        session = parse_cookie(environ.get("HTTP_COOKIE", "")).get(self._cookie, "")
        try:
            environ["wsgi.input"] = _read_body(environ, MAX_BODY if session else MAX_BODY_OF_STRANGERS)
        except ValueError:
            return _refuse(start_response, "413 Content Too Large", "This is more than is read here.")
        job = _Job(environ, self._whose(session))
        try:
            self._wait(job)
        except Refused:
            return _refuse(start_response, "503 Service Unavailable", "Too many requests wait. Try again in a moment.")
        if session and environ.get(PERSON):
            self._know(session, f"person {environ[PERSON]}")
        if job.error:
            raise job.error
        start_response(*job.head)
        return job.answer

    def _whose(self, session: str) -> str:
        return self._sessions.get(session, _UNPROVEN) if session else _STRANGERS

    def _know(self, session: str, whose: str) -> None:
        with self._changed:
            self._sessions[session] = whose
            self._sessions.move_to_end(session)
            if len(self._sessions) > _KNOWN_SESSIONS:
                self._sessions.popitem(last=False)

    def _wait(self, job: _Job) -> None:
        """Returns when the request is answered. Raises Refused."""
        most = MAX_WAITING_STRANGERS if job.whose in (_STRANGERS, _UNPROVEN) else MAX_WAITING
        with self._changed:
            self._start_threads()
            party = self._parties.setdefault(job.whose, Party())
            if len(party.waiting) >= most:
                raise Refused
            party.waiting.append(job)
            self._changed.notify()
        if job.done.wait(PATIENCE):
            return
        with self._changed:
            if job in party.waiting:
                party.waiting.remove(job)
                raise Refused
        job.done.wait()

    def _start_threads(self) -> None:
        """In the process that serves, not in the one that it was forked from."""
        if not self._threads:
            self._threads = [Thread(target=self._run, daemon=True) for _ in range(self._number_of_threads)]
            for thread in self._threads:
                thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                while (job := self._next()) is None:
                    # Without a notice, too, since credit comes back with time.
                    self._changed.wait(0.1 if any(party.waiting for party in self._parties.values()) else None)
                party = self._parties[job.whose]
                party.running += 1
            began = time.thread_time()
            self._answer(job)
            spent = time.thread_time() - began + job.environ.get(CPU_SECONDS, 0.0)
            with self._changed:
                party.running -= 1
                party.credit -= spent
                self._changed.notify_all()
            job.done.set()

    def _next(self) -> _Job | None:
        """Returns the request to be served now, of the party that was served least recently among those with credit; of
        one without credit, if nothing runs. None if there is no such request."""
        now = time.monotonic()
        poor = None
        for name, party in list(self._parties.items()):
            has_credit = party.has_credit(now)
            if not party.waiting:
                if not party.running and party.credit >= CREDIT:
                    del self._parties[name]
            elif not has_credit:
                poor = poor or name
            elif party.running < MOST_RUNNING:
                return self._take(name)
        if poor and not any(party.running for party in self._parties.values()):
            return self._take(poor)
        return None

    def _take(self, name: str) -> _Job:
        self._parties.move_to_end(name)
        return self._parties[name].waiting.popleft()

    def _answer(self, job: _Job) -> None:
        """Runs the application, whose answer is whole before it is sent: a slow client holds none of these threads.
        A file is read while it is sent."""
        try:
            answer = self._application(job.environ, job.start_response)
            if isinstance(answer, job.environ.get("wsgi.file_wrapper", FileWrapper)):
                job.answer = answer
                return
            try:
                job.answer = _whole(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        except BaseException as error:  # raised where the request is waited for
            job.error = error


def _whole(answer: Iterable[bytes]) -> Iterable[bytes]:
    kept: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (FileWrapper closes it)
    for piece in answer:
        kept.write(piece)
    kept.seek(0)
    return FileWrapper(kept, 64 * 2**10)


def _read_body(environ: Environ, most: int) -> Any:
    """Returns the whole body. Raises ValueError if it is too long."""
    try:
        left = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        left = 0
    if left > most:
        raise ValueError(left)
    body: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed with the request)
    while left > 0 and (piece := environ["wsgi.input"].read(min(left, 64 * 2**10))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
    return body


def _refuse(start_response: Start, status: str, sentence: str) -> Iterable[bytes]:
    body = f"{sentence}\n".encode()
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", "5"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ],
    )
    return [body]

"""A worker class for gunicorn that resets no open connection when it is told to end, and shares its threads."""

from collections import Counter, defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ

from django.conf import settings
from gunicorn.workers.gthread import TConn, ThreadWorker

from .thread_stack import thread_stack

# How many threads work for one address at the same time, of those of gunicorn_conf.py.
MOST_OF_ONE_ADDRESS = 3


class DrainingWorker(ThreadWorker):
    """gunicorn's worker with threads, which stops at once to listen when it ends.

    gunicorn's own stops to accept, but listens until its last request is answered: connections made in these seconds
    are reset, and a proxy can't know whether a form that it had sent by then was read. This one accepts those that have
    connected, and then refuses connections: a proxy asks another server, which is safe for forms, too.

    Without a proxy, requests of one address wait for each other while MOST_OF_ONE_ADDRESS of them are answered, and a
    connection has no thread before it has sent something: browsers open some that they may not need. Behind a proxy all
    have its address, and it limits how much each client asks for."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._working: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[TConn]] = defaultdict(deque)

    def get_thread_pool(self) -> ThreadPoolExecutor:
        return thread_stack(self.cfg.threads)

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread, once it has sent something and few others of its address have one."""
        address = _address(conn)
        if address is None:
            super().enqueue_req(conn)
        elif self.alive and not (conn.initialized or conn.data_ready):
            self._wait_for_data(conn)
        elif self._working[address] < MOST_OF_ONE_ADDRESS:
            self._working[address] += 1
            super().enqueue_req(conn)
        else:
            self._waiting[address].append(conn)

    def finish_request(self, conn: TConn, fs: Future) -> None:
        super().finish_request(conn, fs)
        if (address := _address(conn)) is None:
            return
        self._working[address] -= 1
        if waiting := self._waiting.get(address):
            self.enqueue_req(waiting.popleft())
        if not self._waiting.get(address):
            self._waiting.pop(address, None)
        if not self._working[address]:
            del self._working[address]

    def _wait_for_data(self, conn: TConn) -> None:
        """Wait for the first data of a connection, as gunicorn does after some seconds in a thread."""
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _cap_keepalive(self, deadline: float) -> None:
        """At the end, close also those that have sent nothing yet by the deadline."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections, or not. At the end, which has `alive` as False, first those that wait, then no more."""
        super().set_accept_enabled(enabled)
        if self.alive or enabled:
            return
        for listener in self.sockets:
            with suppress(OSError):  # closed already
                accepted = -1
                while accepted != self.nr_conns:
                    accepted = self.nr_conns
                    self.accept(listener)
            listener.close()


def _address(conn: TConn) -> str | None:
    """The address of the client; None if there is a proxy, or a socket that has no addresses."""
    return conn.client[0] if isinstance(conn.client, tuple) and not settings.PROXIES else None

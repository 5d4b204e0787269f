"""Connections of one fetch: to addresses that were checked, and ended when its time is up."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.connection import HTTPConnection, HTTPSConnection


class Deadline:
    """Shuts down all connections of a fetch when its time is up, even while the host keeps sending."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """Registers a connection. The duplicated handle can shut it down even after TLS has wrapped the first one."""
        with self._lock:
            self._sockets.append(connected.dup())
        if self.passed:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            for connected in self._sockets:
                with suppress(OSError):  # already closed
                    connected.shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        self._timer.start()

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            for connected in self._sockets:
                connected.close()
            self._sockets.clear()


@contextmanager
def deadline_after(seconds: float) -> Iterator[Deadline]:
    """A deadline that begins now."""
    deadline = Deadline(seconds)
    deadline.start()
    try:
        yield deadline
    finally:
        deadline.close()


class _Pinned:
    """Connects to the addresses that were checked, not to a new lookup of the name. `Host` and the certificate use the
    name."""

    pinned: tuple[str, ...]
    deadline: Deadline

    def _new_conn(self) -> socket.socket:
        last_error: OSError = OSError("no address")
        for address in self.pinned[:3]:
            if self.deadline.passed:
                raise TimeoutError
            try:
                connected = socket.create_connection((address, self.port), timeout=self.timeout)
            except OSError as error:
                last_error = error
                continue
            self.deadline.watch(connected)
            return connected
        raise last_error


class PinnedHTTP(_Pinned, HTTPConnection):
    pass


class PinnedHTTPS(_Pinned, HTTPSConnection):
    pass

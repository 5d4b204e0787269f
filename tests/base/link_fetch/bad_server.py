"""A host that behaves badly in every way that the tests know of. It speaks bytes, since no library would let it."""

import gzip
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress

PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html{}\r\nConnection: close\r\n\r\n"

Says = Callable[[socket.socket], None]


def answer(body: bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """A whole answer that is as it should be."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    ).encode() + body


def titled(title: str) -> bytes:
    return answer(f"<!doctype html><title>{title}</title><p>Text".encode())


def status(line: str, **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {line}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()


def redirect(place: str, line: str = "301 Moved Permanently") -> bytes:
    return status(line, Location=place)


def drip(start: bytes, drop: bytes = b"x") -> Says:
    """Never ends, and never lets the other side wait for long."""

    def says(to: socket.socket) -> None:
        to.sendall(start)
        while True:
            time.sleep(0.02)
            to.sendall(drop)

    return says


def pour(start: bytes, piece: bytes = b" " * 65_536) -> Says:
    """As much as the other side takes."""

    def says(to: socket.socket) -> None:
        to.sendall(start)
        while True:
            to.sendall(piece)

    return says


def bomb() -> bytes:
    """Small on the way, and 50 MB when it is unpacked."""
    return answer(gzip.compress(b"<title>Bomb</title>" + b" " * 50_000_000), Content_Encoding="gzip")


class BadServer:
    """Says at each path what it was told to: bytes, or a function that gets the connection. Counts what was asked."""

    def __init__(self) -> None:
        self._listens = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port = self._listens.getsockname()[1]
        self.says: dict[str, bytes | Says] = {}
        self.asked: list[str] = []
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.at_once = Counter()
        self.most_at_once = Counter()
        self._lock = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def close(self) -> None:
        with suppress(OSError):
            self._listens.shutdown(socket.SHUT_RDWR)
        self._listens.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listens.accept()
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65_536)):
                head += piece
            if not head.startswith((b"GET ", b"POST ")):
                return
            head, _, body = head.partition(b"\r\n\r\n")
            path, text = head.split(b" ")[1].decode(), head.decode("latin-1") + "\r\n\r\n"
            length = re.search(r"(?i)^content-length: (\d+)", text, re.MULTILINE)
            while length and len(body) < int(length[1]) and (piece := connection.recv(65_536)):
                body += piece
            self.bodies.append(body)
            with self._counted(text, path):
                says = self.says.get(path, status("404 Not Found"))
                connection.sendall(says) if isinstance(says, bytes) else says(connection)

    @contextmanager
    def _counted(self, head: str, path: str):
        host = next(line[6:].partition(":")[0] for line in head.split("\r\n") if line.startswith("Host: "))
        with self._lock:
            self.asked.append(path)
            self.heads.append(head)
            self.at_once[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.at_once[host])
        try:
            yield
        finally:
            with self._lock:
                self.at_once[host] -= 1

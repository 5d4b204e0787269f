"""One polite visit to an address: as many redirects, bytes and seconds as it takes, within bounds, and no more.

It asks with GET, since many servers answer HEAD with something else, and stops reading where it has enough. It keeps
no cookies and takes no proxy from the environment. It doesn't ask for robots.txt: that speaks to robots which follow
links, while this looks at one page that a curator listed, about once a week, under a name that a host can refuse."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from http.client import HTTPException
from urllib.parse import urljoin

from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from .ssrf_guard import ForbiddenUrl, SsrfGuard, Target, quoted

_HTML = {"text/html": "html", "application/xhtml+xml": "html", "application/pdf": "pdf"}
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_LATER = {429, 503}
_GONE = {404, 410}
_PIECE = 16_384
_A_DAY = 86_400.0

_log = logging.getLogger(__name__)


class FetchOutcome(Enum):
    """What a visit came to."""

    ANSWERED = auto()
    GONE = auto()  # the host says there is no such page
    UNREACHED = auto()  # there is no such host, or nobody listens there
    UNCLEAR = auto()  # anything that may be otherwise tomorrow, or for a reader's browser


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much."""

    seconds: float = 20
    silence: float = 8
    redirects: int = 5
    html: int = 1_000_000
    pdf: int = 8_000_000


_OPEN_INTERNET, _USUAL = SsrfGuard(), Limits()


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What was found at an address."""

    url: str
    found: FetchOutcome = FetchOutcome.UNCLEAR
    status: int | None = None
    note: str = ""
    final_url: str = ""
    lasting_url: str = ""  # the last address that permanent redirects alone lead to
    kind: str = ""
    charset: str = ""
    body: bytes = b""
    retry_after: float | None = None  # in seconds, where the host asks to come again later


@dataclass(frozen=True, slots=True)
class LinkFetcher:
    """Goes and looks. `agent` is how it calls itself."""

    agent: str
    guard: SsrfGuard = _OPEN_INTERNET
    limits: Limits = _USUAL

    def fetch(self, url: str) -> FetchResult:
        """Look at one address. Whatever happens there, this answers, and in time."""
        visit = FetchResult(url, final_url=url, lasting_url=url)
        try:
            with _deadline(self.limits.seconds) as deadline:
                for visit in self._hops(url, deadline):  # noqa: B007
                    pass
        except ForbiddenUrl as refused:
            return replace(visit, note=str(refused))
        except socket.gaierror as error:
            unknown = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
            said = "There is no such host." if unknown else "The name of the host could not be looked up."
            return replace(visit, found=FetchOutcome.UNREACHED if unknown else FetchOutcome.UNCLEAR, note=said)
        except ConnectionRefusedError:
            return replace(visit, found=FetchOutcome.UNREACHED, note="Nobody listens there.")
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            return replace(visit, found=FetchOutcome.UNCLEAR, note=_trouble(error, deadline))
        except Exception as error:  # whatever one host does, the others are still to be visited
            _log.exception("The visit of %s went wrong in a way that is not foreseen.", url)
            return replace(visit, found=FetchOutcome.UNCLEAR, note=_trouble(error, deadline))
        return visit

    def _hops(self, url: str, deadline: "_Deadline") -> Iterator[FetchResult]:
        """Each state of knowledge on the way from redirect to redirect; the last is what was found."""
        first, seen, lasting, lasts = url, set(), url, True
        while True:
            if deadline.passed:  # a name server can be slow, too
                raise TimeoutError
            seen.add(url)
            target = self.guard.target(url)  # what may not be visited is never called where it led
            known = FetchResult(first, final_url=url, lasting_url=lasting)
            yield known
            with self._answer(target, deadline) as answer:
                known = replace(known, status=answer.status)
                place = answer.headers.get("Location")
                if answer.status not in _REDIRECTS or not place:
                    yield self._read(known, answer)
                    if deadline.passed:
                        raise TimeoutError
                    return
            url = _joined(url, place)
            lasts = lasts and answer.status in _PERMANENT
            lasting = url if lasts else lasting
            if url in seen or len(seen) > self.limits.redirects:
                said = "It redirects in a circle." if url in seen else "It redirects again and again."
                yield replace(known, note=said)
                return

    @contextmanager
    def _answer(self, target: Target, deadline: "_Deadline") -> Iterator[HTTPResponse]:
        https = target.scheme == "https"
        make = _PinnedHTTPS if https else _PinnedHTTP
        connection = make(target.host, target.port, timeout=self.limits.silence)
        connection.pinned, connection.deadline = target.addresses, deadline
        try:
            headers = {"User-Agent": self.agent, "Accept": "text/html, application/pdf;q=0.9, */*;q=0.5"}
            # What isn't compressed can't be a bomb; a server that compresses all the same is held to the same bounds.
            headers["Accept-Encoding"] = "identity"
            connection.request("GET", target.path, headers=headers, preload_content=False, decode_content=True)
            with closing(connection.getresponse()) as answer:
                yield answer
        finally:
            connection.close()

    def _read(self, known: FetchResult, answer: HTTPResponse) -> FetchResult:
        status = answer.status
        if status in _GONE:
            return replace(known, found=FetchOutcome.GONE, note=f"The host says that there is no such page ({status}).")
        if status in _LATER:
            later = _seconds(answer.headers.get("Retry-After", ""))
            return replace(known, note=f"The host asks to come again later ({status}).", retry_after=later)
        if not 200 <= status < 300:
            return replace(known, note=f"The host doesn't show it to a program ({status}).")
        content, _, rest = answer.headers.get("Content-Type", "").partition(";")
        kind = _HTML.get(content.strip().lower(), "")
        charset = rest.partition("charset=")[2].partition(";")[0].strip(" \"'")[:40]
        body = self._body(answer, getattr(self.limits, kind)) if kind else b""
        return replace(known, found=FetchOutcome.ANSWERED, kind=kind, charset=charset, body=body)

    @staticmethod
    def _body(answer: HTTPResponse, most: int) -> bytes:
        """As much of the body as may be kept, counted when it is decompressed."""
        body = bytearray()
        while len(body) < most and (piece := answer.read(_PIECE)):
            body += piece
        return bytes(body[:most])


class _Deadline:
    """Ends every connection of a visit once its time is up, however busy the other side keeps us."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """A second handle on the same connection ends it even when TLS has taken the first one over."""
        with self._lock:
            self._sockets.append(connected.dup())
        if self.passed:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            for connected in self._sockets:
                with suppress(OSError):  # it has ended already
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
def _deadline(seconds: float) -> Iterator[_Deadline]:
    deadline = _Deadline(seconds)
    deadline.start()
    try:
        yield deadline
    finally:
        deadline.close()


class _Pinned:
    """A connection to an address that was checked. The host's name still counts for `Host` and the certificate."""

    pinned: tuple[str, ...]
    deadline: _Deadline

    def _new_conn(self) -> socket.socket:
        trouble: OSError = OSError("no address")
        for address in self.pinned[:3]:
            if self.deadline.passed:
                raise TimeoutError
            try:
                connected = socket.create_connection((address, self.port), timeout=self.timeout)
            except OSError as error:
                trouble = error
                continue
            self.deadline.watch(connected)
            return connected
        raise trouble


class _PinnedHTTP(_Pinned, HTTPConnection):
    pass


class _PinnedHTTPS(_Pinned, HTTPSConnection):
    pass


def _joined(url: str, place: str) -> str:
    """Where a redirect leads. Servers write letters there that an address has not."""
    with suppress(UnicodeError):
        place = place.encode("latin-1").decode()
    return urljoin(url, quoted(place.strip())).partition("#")[0]


def _seconds(retry_after: str) -> float:
    """What Retry-After says, in seconds: a number of them, or a date. A day, where it says nothing."""
    said = retry_after.strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        at = parsedate_to_datetime(said)
        return max((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, IndexError, OverflowError):  # a year may have as many digits as a host likes
        return _A_DAY


def _trouble(error: Exception, deadline: _Deadline) -> str:
    if deadline.passed or isinstance(error, TimeoutError) or "timed out" in str(error):
        return "It took too long."
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "Its certificate does not hold."
    return "The connection broke, or what came was no answer."

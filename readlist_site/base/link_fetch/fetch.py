"""Fetches one URL, within limits on redirects, bytes and seconds.

It uses GET, since many servers respond to HEAD differently, and stops reading at the size limit. It stores no cookies
and uses no proxy of the environment. It doesn't read robots.txt, which addresses crawlers that follow links: this
fetches a single page that a curator listed, about once a week, with a User-Agent that a host can block."""

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from functools import partial
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from .connection import Deadline, PinnedHTTP, PinnedHTTPS, deadline_after
from .ssrf_guard import ForbiddenUrl, SsrfGuard, Target, quoted

_HTML = {"text/html": "html", "application/xhtml+xml": "html", "application/pdf": "pdf"}
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_RETRY_LATER = {429, 503}
_GONE = {404, 410}
_CHUNK_SIZE = 16_384
_ONE_DAY = 86_400.0

_log = logging.getLogger(__name__)


class FetchOutcome(Enum):
    """The outcome of fetching a URL."""

    ANSWERED = auto()
    GONE = auto()  # the host responds that the page doesn't exist
    UNREACHED = auto()  # the host doesn't exist or refuses the connection
    UNCLEAR = auto()  # anything that may be different tomorrow, or in a browser


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one fetch: seconds in total and per read, redirects, and bytes by kind of content."""

    seconds: float = 20
    silence: float = 8
    redirects: int = 5
    html: int = 1_000_000
    pdf: int = 8_000_000


_PUBLIC_INTERNET, _DEFAULT_LIMITS = SsrfGuard(), Limits()


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What fetching a URL returned. `problem` is a code that says why there is no page, with `facts`; "" if there is
    one."""

    url: str
    found: FetchOutcome = FetchOutcome.UNCLEAR
    status: int | None = None
    problem: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    final_url: str = ""
    lasting_url: str = ""  # the last URL reached by permanent redirects only
    kind: str = ""
    charset: str = ""
    body: bytes = b""
    retry_after: float | None = None  # in seconds, where the host sent Retry-After


@dataclass(frozen=True, slots=True)
class LinkFetcher:
    """Fetches URLs. `agent` is sent as User-Agent."""

    agent: str
    guard: SsrfGuard = _PUBLIC_INTERNET
    limits: Limits = _DEFAULT_LIMITS

    def fetch(self, url: str) -> FetchResult:
        """Fetches one URL. Never raises: errors are part of the result. Returns within the time limit."""
        return self._last(url, self._hops)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> FetchResult:
        """Sends a body to one URL, as `fetch` otherwise: ANSWERED if the host took it. Follows no redirects, because
        another host is not the one that the body is for, and reads no more of the answer than its head."""
        return self._last(url, partial(self._posted, body, headers))

    def _last(self, url: str, hops: Callable[[str, Deadline], Iterator[FetchResult]]) -> FetchResult:
        """Returns the last result, or the one before an error with what went wrong."""
        result = FetchResult(url, final_url=url, lasting_url=url)
        try:
            with deadline_after(self.limits.seconds) as deadline:
                for result in hops(url, deadline):  # noqa: B007
                    pass
        except ForbiddenUrl as refused:
            return replace(result, problem=refused.code, facts=refused.facts)
        except socket.gaierror as error:
            no_such_host = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
            if no_such_host:
                return replace(result, found=FetchOutcome.UNREACHED, problem="no_such_host")
            return replace(result, found=FetchOutcome.UNCLEAR, problem="lookup_failed")
        except ConnectionRefusedError:
            return replace(result, found=FetchOutcome.UNREACHED, problem="refused")
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            return replace(result, found=FetchOutcome.UNCLEAR, problem=_problem_of(error, deadline))
        except Exception as error:  # one host's response must not stop the crawl of the others
            # The host alone, because a webhook's address is a secret.
            _log.exception("Unexpected error while fetching from %s", urlsplit(url).hostname)
            return replace(result, found=FetchOutcome.UNCLEAR, problem=_problem_of(error, deadline))
        return result

    def _hops(self, url: str, deadline: Deadline) -> Iterator[FetchResult]:
        """Yields a result before and after each request of the redirect chain; the last one is final."""
        first, seen, permanent_url, is_permanent = url, set(), url, True
        while True:
            if deadline.passed:  # name lookups can be slow, too
                raise TimeoutError
            seen.add(url)
            # Raises ForbiddenUrl before `final_url` is set: a forbidden URL is never stored as the final one.
            target = self.guard.target(url)
            result = FetchResult(first, final_url=url, lasting_url=permanent_url)
            yield result
            with self._response(target, deadline) as response:
                result = replace(result, status=response.status)
                location = response.headers.get("Location")
                if response.status not in _REDIRECTS or not location:
                    yield self._read(result, response)
                    if deadline.passed:
                        raise TimeoutError
                    return
            url = _redirect_url(url, location)
            is_permanent = is_permanent and response.status in _PERMANENT
            permanent_url = url if is_permanent else permanent_url
            if url in seen or len(seen) > self.limits.redirects:
                yield replace(result, problem="circle" if url in seen else "too_many_redirects")
                return

    def _posted(self, body: bytes, headers: Mapping[str, str], url: str, deadline: Deadline) -> Iterator[FetchResult]:
        target = self.guard.target(url)
        if deadline.passed:
            raise TimeoutError
        result = FetchResult(url, final_url=url, lasting_url=url)
        yield result
        with self._response(target, deadline, body, headers) as response:
            result = replace(result, status=response.status)
            if response.status in _REDIRECTS:
                result = replace(result, problem="redirected", facts={"status": response.status})
            yield result if result.problem else self._judged(result, response)
            if deadline.passed:  # a head that was cut off reads as a whole one
                raise TimeoutError

    @contextmanager
    def _response(
        self, target: Target, deadline: Deadline, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Iterator[HTTPResponse]:
        https = target.scheme == "https"
        connection_class = PinnedHTTPS if https else PinnedHTTP
        connection = connection_class(target.host, target.port, timeout=self.limits.silence)
        connection.pinned, connection.deadline = target.addresses, deadline
        try:
            headers = {"User-Agent": self.agent, "Accept": "text/html, application/pdf;q=0.9, */*;q=0.5"}
            # Avoids decompression bombs. If a server compresses anyway, the limits apply to the decompressed body.
            headers |= {"Accept-Encoding": "identity", **(more or {})}
            method = "GET" if body is None else "POST"
            connection.request(method, target.path, body, headers=headers, preload_content=False, decode_content=True)
            with closing(connection.getresponse()) as response:
                yield response
        finally:
            connection.close()

    def _read(self, result: FetchResult, response: HTTPResponse) -> FetchResult:
        result = self._judged(result, response)
        if result.problem:
            return result
        content, _, rest = response.headers.get("Content-Type", "").partition(";")
        kind = _HTML.get(content.strip().lower(), "")
        charset = rest.partition("charset=")[2].partition(";")[0].strip(" \"'")[:40]
        body = self._body(response, getattr(self.limits, kind)) if kind else b""
        return replace(result, kind=kind, charset=charset, body=body)

    @staticmethod
    def _judged(result: FetchResult, response: HTTPResponse) -> FetchResult:
        """Returns the result with what the status of the answer means."""
        status = response.status
        if status in _GONE:
            return replace(result, found=FetchOutcome.GONE, problem="gone", facts={"status": status})
        if status in _RETRY_LATER:
            later = _seconds(response.headers.get("Retry-After", ""))
            return replace(result, problem="later", facts={"status": status}, retry_after=later)
        if not 200 <= status < 300:
            return replace(result, problem="not_shown", facts={"status": status})
        return replace(result, found=FetchOutcome.ANSWERED)

    @staticmethod
    def _body(response: HTTPResponse, most: int) -> bytes:
        """Returns at most `most` bytes of the decompressed body."""
        body = bytearray()
        while len(body) < most and (chunk := response.read(_CHUNK_SIZE)):
            body += chunk
        return bytes(body[:most])


def _redirect_url(url: str, location: str) -> str:
    """Returns the absolute URL of a redirect. Servers send characters there that are not allowed in URLs."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    return urljoin(url, quoted(location.strip())).partition("#")[0]


def _seconds(retry_after: str) -> float:
    """Returns the seconds of a Retry-After header, which is a number or a date; a day if it is neither."""
    value = retry_after.strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
        return max((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, IndexError, OverflowError):  # the host may send a year of any number of digits
        return _ONE_DAY


def _problem_of(error: Exception, deadline: Deadline) -> str:
    """Returns the code of a connection error."""
    if deadline.passed or isinstance(error, TimeoutError) or "timed out" in str(error):
        return "too_slow"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "certificate"
    return "broken_off"

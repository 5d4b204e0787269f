"""Visits to a host that behaves badly: each ends, in time, with something that can be told."""

import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from readlist_site.base.link_fetch.fetch import FetchOutcome, LinkFetcher
from readlist_site.base.link_fetch.ssrf_guard import SsrfGuard, is_public
from tests.base.link_fetch.bad_server import PAGE, answer, bomb, drip, pour, redirect, status, titled
from tests.base.link_fetch.conftest import SMALL

HTML = PAGE.format("").encode()


def at(server, fetcher, says, path="/page"):
    server.says[path] = says
    return fetcher.fetch(server.at(path))


def test_a_page_is_read_under_an_honest_name_without_cookies_or_a_proxy(server, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    server.says["/next"] = titled("Here")
    visit = at(server, fetcher, status("302 Found", Location="/next", Set_Cookie="who=you"))
    assert (visit.found, visit.status, visit.kind, visit.charset) == (FetchOutcome.ANSWERED, 200, "html", "utf-8")
    assert b"<title>Here" in visit.body
    assert "User-Agent: Readlist-link-check (+https://readlist.example.org)\r\n" in server.heads[1]
    assert "cookie" not in server.heads[1].lower()


def test_redirects_are_followed_and_it_is_known_how_far_they_last(server, fetcher):
    server.says |= {
        "/a": redirect("/b"),
        "/b": redirect(server.at("/c", "other.example"), "308 Permanent Redirect"),
        "/c": redirect("/d", "302 Found"),
        "/d": redirect("/e?ü"),
        "/e?%C3%BC": titled("There"),
    }
    visit = fetcher.fetch(server.at("/a"))
    assert (visit.found, visit.url) == (FetchOutcome.ANSWERED, server.at("/a"))
    assert visit.lasting_url == server.at("/c", "other.example")
    assert visit.final_url == server.at("/e?%C3%BC", "other.example")


@pytest.mark.parametrize(
    ("says", "found", "why"),
    [
        (status("404 Not Found"), FetchOutcome.GONE, ("gone", 404)),
        (status("410 Gone"), FetchOutcome.GONE, ("gone", 410)),
        (status("403 ForbiddenUrl"), FetchOutcome.UNCLEAR, ("not_shown", 403)),
        (status("500 Oops"), FetchOutcome.UNCLEAR, ("not_shown", 500)),
        (status("304 Not Modified"), FetchOutcome.UNCLEAR, ("not_shown", 304)),
        (status("301 Moved Permanently"), FetchOutcome.UNCLEAR, ("not_shown", 301)),
        (status("999 Denied"), FetchOutcome.UNCLEAR, ("not_shown", 999)),
        (b"", FetchOutcome.UNCLEAR, ("broken_off", None)),
        (b"rubbish\r\n\r\n", FetchOutcome.UNCLEAR, ("broken_off", None)),
        (b"HTTP/1.1 twohundred OK\r\n\r\n", FetchOutcome.UNCLEAR, ("broken_off", None)),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf",
            FetchOutcome.UNCLEAR,
            ("broken_off", None),
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", FetchOutcome.UNCLEAR, ("broken_off", None)),
        (b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 2000 + b"\r\n", FetchOutcome.UNCLEAR, ("broken_off", None)),
        (answer(b"no gzip", Content_Encoding="gzip"), FetchOutcome.UNCLEAR, ("broken_off", None)),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            FetchOutcome.UNCLEAR,
            ("broken_off", None),
        ),
    ],
)
def test_what_is_no_good_is_told(server, fetcher, says, found, why):
    visit = at(server, fetcher, says)
    assert visit.found == found
    assert (visit.problem, visit.facts.get("status")) == why


@pytest.mark.parametrize(
    "says",
    [
        lambda to: time.sleep(1),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(HTML),
    ],
    ids=["silent", "head by letters", "continue for ever", "body by letters"],
)
def test_what_never_ends_is_ended(server, hasty, says):
    began = time.monotonic()
    visit = at(server, hasty, says)
    assert time.monotonic() - began < 5
    assert (visit.found, visit.problem) == (FetchOutcome.UNCLEAR, "too_slow")


@pytest.mark.parametrize("says", [pour(HTML + b"<title>Endless</title>"), bomb()])
def test_of_what_is_too_large_only_the_beginning_is_kept(server, fetcher, says):
    visit = at(server, fetcher, says)
    assert visit.found == FetchOutcome.ANSWERED
    assert len(visit.body) == SMALL.html


def test_what_has_no_title_is_not_read(server, fetcher):
    visit = at(server, fetcher, pour(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n"))
    assert (visit.found, visit.body) == (FetchOutcome.ANSWERED, b"")


def test_circles_and_endless_ways_end(server, fetcher):
    server.says |= {"/a": redirect("/b", "302 Found"), "/b": redirect("/a", "302 Found")}
    assert fetcher.fetch(server.at("/a")).problem == "circle"
    server.says |= {f"/{n}": redirect(f"/{n + 1}") for n in range(100)}
    visit = fetcher.fetch(server.at("/0"))
    assert (visit.found, visit.problem) == (FetchOutcome.UNCLEAR, "too_many_redirects")
    assert server.asked[2:] == [f"/{n}" for n in range(6)]


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.2/",
        "http://10.0.0.1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://ada:secret@127.0.0.1/",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_a_redirect_leads_to_nothing_that_may_not_be_visited(server, fetcher, place, monkeypatch):
    connect, reached = socket.create_connection, []
    monkeypatch.setattr(socket, "create_connection", lambda to, **kw: (reached.append(to), connect(to, **kw))[1])
    visit = at(server, fetcher, redirect(place))
    assert (visit.found, visit.final_url, visit.lasting_url) == (
        FetchOutcome.UNCLEAR,
        server.at("/page"),
        server.at("/page"),
    )
    assert reached == [("127.0.0.1", server.port)]


def test_as_it_is_used_this_machine_is_not_visited(server):
    server.says["/"] = titled("Secret")
    visit = LinkFetcher("me", limits=SMALL).fetch(server.at("/"))
    assert (visit.found, visit.body) == (FetchOutcome.UNCLEAR, b"")
    assert not server.asked


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(server):
    """The name is public when it is checked, and this machine for whoever looks it up again to connect."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    looked_up = []

    def look_up(host, port):
        looked_up.append(next(answers))
        return looked_up[-1]

    reached = []

    def connect(address, **options):
        reached.append(address[0])
        raise ConnectionRefusedError

    server.says["/"] = titled("Secret")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", connect)
        visit = LinkFetcher("me", SsrfGuard(is_public, look_up, None), SMALL).fetch(server.at("/", "rebinding.example"))
    assert (reached, looked_up, visit.found) == (["8.8.8.8"], [["8.8.8.8"]], FetchOutcome.UNREACHED)


def test_a_redirect_to_the_same_name_is_checked_anew(server):
    """A name that is fine at the first step and leads to this machine at the second."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    guard = SsrfGuard(lambda address: str(address) == "127.0.0.1", lambda host, port: next(answers), None)
    server.says["/"] = redirect("/secret")
    visit = LinkFetcher("me", guard, SMALL).fetch(server.at("/", "rebinding.example"))
    assert (visit.problem, visit.facts) == ("not_public", {"host": "rebinding.example"})
    assert server.asked == ["/"]


@pytest.mark.parametrize(
    ("code", "found"), [(socket.EAI_NONAME, FetchOutcome.UNREACHED), (socket.EAI_AGAIN, FetchOutcome.UNCLEAR)]
)
def test_a_name_that_is_unknown_is_another_thing_than_a_name_server_that_is_away(code, found):
    def look_up(host, port):
        raise socket.gaierror(code, "no")

    assert LinkFetcher("me", SsrfGuard(look_up=look_up)).fetch("https://gone.example/").found == found


def test_where_nobody_listens_nothing_is_reached(server, fetcher):
    server.close()
    assert fetcher.fetch(server.at("/")).found == FetchOutcome.UNREACHED


def test_what_speaks_no_tls_is_told(server, hasty):
    visit = hasty.fetch(server.at("/").replace("http:", "https:"))
    assert (visit.found, visit.status) == (FetchOutcome.UNCLEAR, None)


@pytest.mark.parametrize("line", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_host_that_asks_to_come_later_is_heard(server, fetcher, line):
    visit = at(server, fetcher, status(line, Retry_After="3600"))
    assert (visit.found, visit.retry_after) == (FetchOutcome.UNCLEAR, 3600)
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1))
    assert 86_000 < at(server, fetcher, status(line, Retry_After=tomorrow)).retry_after < 87_000
    assert at(server, fetcher, status(line, Retry_After="soon")).retry_after == 86_400


@pytest.mark.parametrize(
    "said", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "9" * 400]
)
def test_a_date_that_is_none_does_not_end_the_round(server, fetcher, said):
    visit = at(server, fetcher, status("429 Too Many Requests", Retry_After=said))
    assert (visit.found, visit.status) == (FetchOutcome.UNCLEAR, 429)


def test_what_nobody_foresaw_is_unclear_and_logged(fetcher, monkeypatch, caplog):
    def stumble(self, url):
        raise KeyError("unforeseen")

    monkeypatch.setattr(SsrfGuard, "target", stumble)
    assert fetcher.fetch("https://odd.example/").found == FetchOutcome.UNCLEAR
    assert "unforeseen" in caplog.text

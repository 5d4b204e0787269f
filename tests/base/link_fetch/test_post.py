"""Sending to a host that behaves badly: each attempt ends, in time, and nobody else gets what is sent."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from readlist_site.base.link_fetch.fetch import FetchOutcome, LinkFetcher
from readlist_site.base.link_fetch.ssrf_guard import SsrfGuard
from tests.base.link_fetch.bad_server import PAGE, answer, drip, pour, redirect, status
from tests.base.link_fetch.conftest import names_here

HTML = PAGE.format("").encode()
BODY, HEADERS = b'{"text": "Words"}', {"Content-Type": "application/json", "webhook-id": "1"}


def post(server, fetcher, says, path="/hook"):
    server.says[path] = says
    return fetcher.post(server.at(path), BODY, HEADERS)


@pytest.mark.parametrize(
    "says", [answer(b"ok"), status("204 No Content"), pour(HTML), answer(b"no gzip", Content_Encoding="gzip")]
)
def test_a_host_that_takes_it_is_not_listened_to_any_longer(server, fetcher, says):
    began = time.monotonic()
    result = post(server, fetcher, says)
    assert time.monotonic() - began < 5
    assert (result.found, result.problem, result.body) == (FetchOutcome.ANSWERED, "", b"")
    assert server.bodies == [BODY]
    assert server.heads[0].startswith("POST /hook HTTP/1.1\r\n")
    assert "Content-Type: application/json\r\n" in server.heads[0]
    assert "webhook-id: 1\r\n" in server.heads[0]


@pytest.mark.parametrize(
    ("says", "problem", "code"),
    [
        (status("500 Oops"), "not_shown", 500),
        (status("400 Bad Request"), "not_shown", 400),
        (status("410 Gone"), "gone", 410),
        (status("429 Slow Down", Retry_After="7"), "later", 429),
        (b"", "broken_off", None),
        (b"rubbish\r\n\r\n", "broken_off", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", "broken_off", None),
    ],
)
def test_what_went_wrong_is_told(server, fetcher, says, problem, code):
    result = post(server, fetcher, says)
    assert (result.problem, result.status) == (problem, code)
    assert result.found != FetchOutcome.ANSWERED
    assert result.retry_after == (7 if code == 429 else None)


@pytest.mark.parametrize(
    "line", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
)
def test_a_redirect_is_not_followed(server, fetcher, line):
    result = post(server, fetcher, redirect("/elsewhere", line))
    assert (result.problem, result.found) == ("redirected", FetchOutcome.UNCLEAR)
    assert server.asked == ["/hook"]


@pytest.mark.parametrize(
    "says",
    [lambda to: time.sleep(1), drip(b"HTTP/1.1 200 OK\r\nX-Slow: "), drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")],
)
def test_a_slow_host_is_left(server, hasty, says):
    began = time.monotonic()
    assert post(server, hasty, says).problem == "too_slow"
    assert time.monotonic() - began < 5


def test_a_host_that_is_away_or_not_public_gets_nothing(server, fetcher):
    server.close()
    assert fetcher.post(server.at("/hook"), BODY, HEADERS).problem == "refused"
    public = SsrfGuard(look_up=names_here)
    for url in ("https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://169.254.169.254/"):
        assert replace(fetcher, guard=public).post(url, BODY, HEADERS).problem == "not_public"
    assert replace(fetcher, guard=public).post("https://example.org:8443/", BODY, HEADERS).problem == "port"


def test_a_host_whose_certificate_nobody_vouches_for_gets_nothing(fetcher, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=chat.example.org"),
            *("-days", "1", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    read: list[bytes] = []
    with context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True) as listens:

        def serve() -> None:
            with suppress(OSError):
                read.append(listens.accept()[0].recv(1000))

        listener = threading.Thread(target=serve)
        listener.start()
        url = f"https://chat.example.org:{listens.getsockname()[1]}/hook"
        assert fetcher.post(url, BODY, HEADERS).problem == "certificate"
        listener.join(10)
    assert read == []


def test_an_address_that_may_be_secret_is_not_logged(monkeypatch, caplog):
    monkeypatch.setattr(LinkFetcher, "_posted", lambda *given: iter([1 / 0]))
    LinkFetcher(agent="test").post("https://user:pass@chat.example.org/hooks/secret", b"", {})
    assert "chat.example.org" in caplog.text
    assert not any(word in caplog.text for word in ("secret", "pass@"))

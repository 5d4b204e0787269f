"""Headers that tell browsers what not to do: what Mozilla's Observatory counts for an A+, on every page; and what
browsers report of it."""

import json
import logging
import re

import pytest
from django.test import Client

from readlist_site.base.web.security_headers import CSP_REPORTS, MAX_BYTES, MAX_REPORTS
from tests.house.addresses import ADDRESSES
from tests.house.world import make_world

HALF_A_YEAR = 15_768_000
LOGGER = "readlist_site.base.web.security_headers"
OLD_FORM = {
    "csp-report": {
        "document-uri": "https://readlist.example.org/join/s3cret/?mail=ada@example.org",
        "violated-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/s3cret.js",
    }
}
NEW_FORM = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://x.example/list/",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
        },
    },
    {"type": "deprecation", "body": {}},
]


@pytest.fixture
def https(settings):
    """As with READLIST_URL=https://…"""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return {"X-Forwarded-Proto": "https"}


def shortcomings(response) -> list[str]:
    """What takes a response below an A+: the Observatory's rules, all of which are to be met."""
    headers, page = response.headers, response.content.decode() if not response.streaming else ""
    policy = {
        part.split()[0]: part.split()[1:] for part in headers.get("Content-Security-Policy", "").split(";") if part
    }
    seconds = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", "max-age=0"))
    found = {
        "default-src isn't none": policy.get("default-src") != ["'none'"],
        "something unsafe is allowed": any("unsafe" in source for sources in policy.values() for source in sources),
        "other sites may frame it": policy.get("frame-ancestors") != ["'none'"] or headers["X-Frame-Options"] != "DENY",
        "HSTS is short": int(seconds[1]) < HALF_A_YEAR,
        "types are guessed": headers.get("X-Content-Type-Options") != "nosniff",
        "addresses are told to others": headers.get("Referrer-Policy") != "same-origin",
        "others may load it": headers.get("Cross-Origin-Resource-Policy") != "same-origin",
        "others may hold its window": headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "others may read it": "Access-Control-Allow-Origin" in headers,
        "a camera may be used": "camera=()" not in headers.get("Permissions-Policy", ""),
        "a script is another host's": bool(re.search(r'<script[^>]* src="(?!/static/)', page)),
        "a script stands in the page": bool(re.search(r"<script(?![^>]* src=)(?![^>]*application/json)", page)),
        "a cookie is not for https alone": any(not cookie["secure"] for cookie in response.cookies.values()),
        "other sites send a cookie": any(
            cookie["samesite"] not in {"Lax", "Strict"} for cookie in response.cookies.values()
        ),
        "a script may read the session": any(
            not cookie["httponly"] for name, cookie in response.cookies.items() if name != "csrftoken"
        ),
    }  # fmt: skip
    return [what for what, is_so in found.items() if is_so]


@pytest.mark.django_db
@pytest.mark.one_engine
def test_every_answer_meets_the_rules_of_an_a_plus(https):
    world = make_world()
    client = world.client("owner")
    wrong = [
        f"{method} {name}: {', '.join(found)}"
        for name, address in ADDRESSES.items()
        # Answers of all kinds: pages, redirects, 403, 404 and 405.
        for method in (["get"] if address.get else ["get", "post"])
        if (found := shortcomings(getattr(client, method)(address.url(name, world), headers=https)))
    ]
    assert not wrong, "\n".join(wrong)


def test_signing_in_and_errors_meet_them_too(https, db, ada, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"password": (0, 60)}
    client = Client(raise_request_exception=False)
    form = {"login": ada.email, "password": "wrong"}
    answers = [client.get("/accounts/login/", headers=https), client.get("/nothing/", headers=https)]
    answers += [client.post("/accounts/login/", form, headers=https), client.post("/list/", headers=https)]
    answers += [client.post("/settings/", b"x", content_type="text/plain; charset=utf-16", headers=https)]
    assert [answer.status_code for answer in answers] == [200, 404, 429, 405, 400]
    assert [shortcomings(answer) for answer in answers] == [[]] * 5


def test_over_http_the_first_answer_leads_to_https_at_the_same_host(https, db):
    answer = Client().get("/list/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/list/")


def send(client: Client, sent, content_type="application/csp-report"):
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return client.post(CSP_REPORTS, body, content_type=content_type)


def test_what_a_browser_refused_is_a_line_of_the_log_without_addresses(client, caplog, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert send(client, OLD_FORM).status_code == 204
        assert send(client, NEW_FORM, "application/reports+json").status_code == 204
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "A browser refused https://evil.example (script-src-elem) on /join/<slug:token>/.",
        "A browser refused inline (style-src-attr) on /list/.",
    ]
    assert not client.cookies


def test_the_policy_names_where_reports_go(client, db):
    headers = client.get("/accounts/login/").headers
    assert f"report-uri {CSP_REPORTS}" in headers["Content-Security-Policy"]
    assert "report-to csp" in headers["Content-Security-Policy"]
    assert headers["Reporting-Endpoints"] == f'csp="{CSP_REPORTS}"'


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"3", 400),
        ([1], 400),
        (b"[" * 15_000, 400),
        ({"csp-report": {"violated-directive": "script src\nforged line"}}, 204),
        ({"csp-report": {"violated-directive": "<script>"}}, 400),
        ({"csp-report": {"violated-directive": "script-src", "blocked-uri": "http://[1"}}, 400),
        (b" " * (MAX_BYTES + 1), 413),
    ],
)
def test_rubbish_is_refused_and_forges_no_line(client, db, caplog, sent, status):
    assert send(client, sent).status_code == status
    said = [record.getMessage() for record in caplog.records if record.name.endswith("security_headers")]
    assert len(said) == (status == 204)
    assert "forged" not in "".join(said)


def test_a_flood_of_reports_is_a_few_lines(client, db, caplog):
    send(client, NEW_FORM[:1] * 50, "application/reports+json")
    # One kind of record, of which the handler writes one a second (tests/run/test_log_limit.py), changing its message.
    assert len(caplog.records) == MAX_REPORTS
    assert {(record.name, record.lineno) for record in caplog.records} == {(LOGGER, caplog.records[0].lineno)}
    assert logging.getLogger(LOGGER).propagate

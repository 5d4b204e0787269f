"""Requests that no browser sends, over all addresses: made of a number, the same each time."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from django.urls import URLPattern, URLResolver, get_resolver

from tests.soak.person import FORM, TOKEN

# Signing out, or ending the own session, would make the rest of the trial one of strangers.
_LEFT_OUT = ("account_logout", "usersessions_list")
_KEYS = [
    "1",
    "2",
    "3",
    "7",
    "0",
    "-1",
    "9" * 30,
    "x",
    "%00",
    "1%0a",
    "..%2f..%2fetc%2fpasswd",
    "%ff%fe",
    "a" * 300,
    "1;2",
]
RUBBISH = [
    "", "\0", "9" * 400, "1e999", "-1", "NaN", "x" * 5_000, "'; DROP TABLE groups_group; --", "<script>1</script>",
    "{{ 7|add:7 }}", "\ud800", "\u202e\u200b", "%s%n%x", "../../etc/passwd", "http://169.254.169.254/", "[" * 900,
    "$" + "{" * 400 + "$", "2026-02-30", "null", "[object Object]", "\r\nSet-Cookie: a=b", "()", "on",
]  # fmt: skip
_FIELDS = (
    "body", "title", "name", "text", "url", "why", "kind", "role", "next", "seen", "tab", "idempotency_key", "email",
    "login", "password", "password1", "code", "session", "account", "after", "before", "page", "q", "state", "list",
    "answer_1", "reply_r1", "decision", "credential", "action", "_selected_action", "form-TOTAL_FORMS", "file",
)  # fmt: skip
_METHODS = ["GET"] * 9 + ["POST"] * 8 + ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"]
_TYPES = [
    *[FORM] * 8, "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain",
    f"{FORM}; charset=utf-16", f"{FORM}; charset=nonsense", "x", "",
]  # fmt: skip
_HEADERS = [
    {}, {}, {}, {"HX-Request": "true"}, {"X-Requested-With": "fetch"}, {"Host": "evil.example.org"}, {"Host": "a b"},
    {"Referer": "http://[::1"}, {"Accept-Language": "x" * 3_000}, {"X-Forwarded-For": "x, y, 1.2.3.4"},
    {"X-Forwarded-Proto": "https"}, {"Range": "bytes=5-1"}, {"If-None-Match": '"' * 500},
    {"If-Modified-Since": "never"},
    {"User-Agent": "\x7f" * 900}, {"X-Request-ID": "a\tb" * 90}, {"Cookie": "sessionid=\x7f; csrftoken=;;=="},
    {"Authorization": "Bearer " + "x" * 2_000}, {"Content-Length": "-1"},
    {"HX-Current-URL": "http://[", "HX-Request": "1"},
]  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    """One request. `who` is whose browser sends it, or None."""

    method: str
    path: str
    who: str | None
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def routes() -> list[str]:
    """Every route of the urlconf, with its placeholders."""

    def walk(patterns, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and pattern.name not in _LEFT_OUT:
                yield route

    return sorted({re.sub(r"[\\^$?]|\(\?P<\w+>[^)]*\)", "", route) for route in walk(get_resolver().url_patterns, "/")})


def hostile_requests(number: int, people: list[str], seed: int = 7) -> Iterator[Hostile]:
    """Yields so many, each route in turn."""
    chance, all_routes = random.Random(seed), routes()
    for turn in range(number):
        yield _request(chance, all_routes[turn % len(all_routes)], people)


def _request(chance: random.Random, route: str, people: list[str]) -> Hostile:
    path = re.sub(r"<[^>]+>", lambda _: chance.choice(_KEYS), route)
    if chance.random() < 0.4:
        path += "?" + _encoded(chance, chance.randint(1, 4))
    method, headers = chance.choice(_METHODS), dict(chance.choice(_HEADERS))
    body = None
    if method not in {"GET", "HEAD", "OPTIONS", "TRACE"}:
        body = f"csrfmiddlewaretoken={TOKEN}&{_encoded(chance, chance.randint(0, 12))}"
        headers.setdefault("Content-Type", chance.choice(_TYPES))
        if chance.random() < 0.1:
            body = chance.choice(["\0" * 99, "%" * 999, "&" * 1_500, "=" * 99, "--x\r\n", "{", "a=" + "b" * 200_000])
    return Hostile(method, path, chance.choice([None, *people]), body, headers)


def _encoded(chance: random.Random, fields: int) -> str:
    pairs = ((chance.choice(_FIELDS), chance.choice(RUBBISH)) for _ in range(fields))
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}" for name, value in pairs)

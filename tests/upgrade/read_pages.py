"""What each of some people sees on each page: `read_pages.py MOST READERS OUT [OLD]`, run inside any checkout.

READERS is what make_database.py has written. Without OLD the pages are those that a person reaches from the first page
over links: of those that differ only in the numbers of their address MOST, three if it has a query, two of the admin's.
With OLD, an earlier output, they are the same addresses again, redirects for good (301, 308) followed.
OUT becomes {"pages": {person: {address: page}}, "moved": {old path: new path}}.

Of the project only its settings, its addresses and its user model are used. The clock stands still at the time that
READERS names, and what a request writes is rolled back, so that no page depends on which others were opened before.
"""

import json
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import django

# The checkout stands first, not the folder of this file.
sys.path[0] = os.getcwd()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from django.utils import timezone  # noqa: E402

HOST = "testserver"
FOR_GOOD = {301, 308}
APART = {
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "label", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "select", "summary", "table",
    "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul",
}  # fmt: skip
UNSEEN = {"script", "style", "template"}
LABELS = ("alt", "aria-label", "placeholder", "title")
ADDRESSES = {
    "href": "GET", "data-hx-get": "GET", "data-hx-post": "POST", "data-draft": "POST", "formaction": "POST",
}  # fmt: skip


class Page(HTMLParser):
    """The lines of text on a page, the labels that its attributes give, and the addresses that it leads to."""

    def __init__(self, html: str, address: str) -> None:
        super().__init__()
        self.address = address
        self.text: list[str] = [""]
        self.labels: list[str] = []
        self.links: set[str] = set()
        self.unseen = 0
        self.feed(html)
        self.close()
        self.text = [line for line in (" ".join(each.split()) for each in self.text) if line]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        if tag in APART:
            self.text.append("")
        said = {name: value or "" for name, value in attrs}
        self.labels += [f"{name}: {' '.join(said[name].split())}" for name in LABELS if said.get(name)]
        if tag == "input" and said.get("type") not in {"hidden", "password"}:
            on = "checked" if "checked" in said else ""
            self.labels.append(" ".join(["input", said.get("name", ""), said.get("value", ""), on]).strip())
        if tag == "option" and "selected" in said:
            self.labels.append(f"selected: {said.get('value', '')}")
        if tag in {"link", "use"}:
            return
        for name, method in ADDRESSES.items():
            self._lead(method, said.get(name))
        if tag == "form":
            self._lead(said.get("method", "get").upper(), said.get("action"))

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen -= 1
        if tag in APART:
            self.text.append("")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.text[-1] += data

    def _lead(self, method: str, address: str | None) -> None:
        if address is not None and (ours := ours_of(urljoin(f"http://{HOST}{self.address}", address))):
            self.links.add(f"{method} {ours}")


def ours_of(address: str) -> str:
    """The path and query of an address of ours; blank for any other. Where one comes back to is no part of it."""
    parts = urlsplit(urldefrag(address).url)
    if parts.scheme not in {"http", "https"} or parts.netloc != HOST or parts.path.startswith("/static/"):
        return ""
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "next"])
    return f"{parts.path}?{query}" if query else parts.path


def most_of(address: str, most: int) -> int:
    """How many addresses of this shape are read."""
    return min(most, 2 if address.startswith("/admin/") else 3 if "?" in address else most)


def shape(address: str) -> str:
    """The address without its numbers, and with the names alone of what it asks for; of the admin's, whose filters and
    orders go together in endless ways, not even these."""
    path, asks, query = re.sub(r"\d+", "#", address).partition("?")
    names = [] if path.startswith("/admin/") else sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
    return path + asks + "&".join(names)


class Reader:
    """One person's browser."""

    def __init__(self, person) -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False)
        self.staff = bool(person and person.is_staff)
        if person:
            self.client.force_login(person)
        self.cookies = deepcopy(self.client.cookies)

    def crawl(self, most: int) -> dict[str, dict]:
        """The pages that this person comes to from the first one (from the admin's, too, who may), breadth first; at
        most so many of one shape."""
        waiting = deque(["/", "/admin/"] if self.staff else ["/"])
        known, shapes, pages = set(waiting), Counter(), {}
        while waiting:
            address = waiting.popleft()
            page = pages[address] = self.read(address)
            leads = [link.partition(" ")[2] for link in page["links"] if link.startswith("GET ")]
            for link in [page["location"], *leads] if page["location"] else leads:
                if link not in known and shapes[shape(link)] < most_of(link, most):
                    known.add(link)
                    shapes[shape(link)] += 1
                    waiting.append(link)
        return pages

    def read(self, address: str) -> dict:
        """What stands at an address, or where it leads for now."""
        response, address = self.get(address)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        location = (
            ours_of(urljoin(f"http://{HOST}{address}", response.headers.get("Location", "")))
            if (300 <= response.status_code < 400)
            else ""
        )
        page = {"status": response.status_code, "location": location, "text": [], "labels": [], "links": []}
        if response.streaming or location:
            return page
        if kind == "text/html":
            found = Page(response.content.decode(), address)
            return page | {"text": found.text, "labels": found.labels, "links": sorted(found.links, key=in_order)}
        return page | {"text": response.content.decode().splitlines()}

    def get(self, address: str):
        """The answer after all redirects for good, and its address. Nothing that was written on the way stays."""
        from django.db import transaction

        for _ in range(5):
            self.client.cookies = deepcopy(self.cookies)
            with transaction.atomic():
                response = self.client.get(address, follow=False)
                transaction.set_rollback(True)
            if response.status_code not in FOR_GOOD:
                break
            address = urljoin(address, response.headers["Location"])
        return response, address


def in_order(link: str) -> list:
    """Numbers by their size, so that the first of a kind are the same each time."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", link)]


def moved(visitor: Reader, paths: Iterable[str]) -> dict[str, str]:
    """Where paths lead for good. Of paths of one shape, one says for all whether they lead anywhere."""
    found: dict[str, str] = {}
    stays: dict[str, bool] = {}
    for path in paths:
        if stays.get(shape(path)):
            continue
        response = visitor.client.get(path)
        stays[shape(path)] = response.status_code not in FOR_GOOD
        if not stays[shape(path)]:
            found[path] = urlsplit(response.headers["Location"]).path
    return found


def main(most: str, readers_file: str, out: str, old_file: str = "") -> None:
    readers = json.loads(Path(readers_file).read_text())
    now = datetime.fromisoformat(readers["now"])
    timezone.now = lambda: now
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test.utils import setup_test_environment

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    setup_test_environment()
    old = json.loads(Path(old_file).read_text())["pages"] if old_file else {}
    pages = {}
    for label, email in readers["people"].items():
        reader = Reader(get_user_model().objects.get(email=email) if email else None)
        pages[label] = {address: reader.read(address) for address in old[label]} if old else reader.crawl(int(most))
    seen = {
        link.partition(" ")[2].partition("?")[0]
        for theirs in old.values() for page in theirs.values() for link in (*page["links"], f"GET {page['location']}")
    } - {""}  # fmt: skip
    gone = moved(Reader(None), sorted(seen))
    Path(out).write_text(json.dumps({"pages": pages, "moved": gone}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])

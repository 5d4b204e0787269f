"""Fixtures for tests in a real browser. Everything in this folder is marked `browser`.

- `page_for(person, javascript=True, theme="light", width=1440, locale="en-GB")`: a page of the running server,
  that person signed in (None: nobody). `page.goto("/list/")` is enough. Several people may have a page each in one
  test.
- `looking(person).visit("/list/")` opens a page and looks at it in either theme on a phone and a desk; `look("what it
  is")` at what stands there by now. At the end: `assert window.found_nothing()`.
- `axe(page)`, `no_sideways_scroll(page)`: fail if the page has a fault. `violations(page)`: axe-core's, by rule.
  axe-core needs JavaScript.
- `console.expect("404")`: this test wants a console message with these words. Any other error in the console (a
  refusal by the Content-Security-Policy is one), any exception in a script and any request to another host fails it.

The tables are emptied after each test, and what the migrations wrote is put back.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from catalog.outline.section import Section
from groups.members.group import Group
from tests import chromium
from tests.browser import checks
from tests.browser.looking import PHONE, Looking
from tests.factories import sign_in
from tests.migrated import locked
from tests.network import is_here

# Playwright's loop runs in this thread, which makes Django take every query for one made in async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Below this a window is a phone's, in px.
NARROW = 700
# How htmx reports a request that ended because the page was left.
LEFT_THE_PAGE = ["htmx:afterRequest", "htmx:sendAbort"]
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def live_server(django_db_setup) -> Iterator[LiveServer]:
    """The server, with the static files that a hosted instance serves, in the way it serves them."""
    folder = Path(os.environ["READLIST_DATA"]) / "collected"
    with (
        override_settings(STATIC_ROOT=folder, STORAGES=settings.COLLECTED),
        # Django's live server would look the files up where they are written.
        mock.patch("django.contrib.staticfiles.handlers.StaticFilesHandler", lambda application: application),
    ):
        with locked(folder.with_suffix(".lock")):
            if not folder.exists():
                call_command("collectstatic", interactive=False, verbosity=0)
        server = LiveServer("localhost")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return browser_type_launch_args | chromium.launch_arguments()


class Console:
    """What the browsers of one test complained of."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = [*LEFT_THE_PAGE]

    def expect(self, words: str) -> None:
        """A message with these words belongs to this test."""
        self.expected.append(words)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"exception in a script: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        if request.url.startswith("http") and not is_here(urlsplit(request.url).hostname):
            self.complaints.append(f"request to another host: {request.url}")

    def unexpected(self) -> list[str]:
        return [said for said in self.complaints if not any(words in said for words in self.expected)]


@pytest.fixture
def console() -> Iterator[Console]:
    """The browsers' complaints; any that the test didn't expect fails it at the end."""
    console = Console()
    yield console
    assert not console.unexpected(), "\n".join(console.unexpected())


@pytest.fixture
def page_for(console, new_context, live_server, transactional_db) -> Callable[..., Page]:
    """A function: a new page in a browser of its own in which this person is signed in."""

    def page_for(
        person, *, javascript: bool = True, theme: str = "light", width: int = 1440, locale: str = "en-GB"
    ) -> Page:
        phone = width < NARROW
        context = new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            color_scheme=theme,
            reduced_motion="reduce",
            locale=locale,
            timezone_id="UTC",
            viewport={"width": width, "height": 844 if phone else 900},
            is_mobile=phone,
            has_touch=phone,
        )
        context.set_default_timeout(30_000)
        console.listen(context)
        if person is not None:
            client = sign_in(Client(), person)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context.new_page()

    return page_for


@pytest.fixture
def looking(page_for) -> Callable[..., Looking]:
    """A function: a window of this person's."""
    return lambda person: Looking(page_for(person, width=PHONE))


@pytest.fixture
def topic(group: Group) -> Section:
    """A topic with shelves, in the list that Ada and Jonas read together."""
    return group.list.sections.get(title__startswith="1. Post-training")


@pytest.fixture
def axe() -> Callable[..., None]:
    return checks.axe


@pytest.fixture
def violations() -> Callable[..., dict[str, list[str]]]:
    return checks.violations


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    return checks.no_sideways_scroll

"""The server goes down between a keystroke and its answer: a real one, on a database of its own, killed."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests import factories, instance

SAVED = re.compile(r"Saved\s+\d\d:\d\d")
ADDRESS = "ada@example.org"
MAKE_ADA = f"from tests import factories; factories.make_user('Ada Okafor', email='{ADDRESS}')"


class Server:
    """One that can be killed and started again at the same address."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.port = environment, instance.free_port()

    def start(self) -> str:
        self.process, address = instance.wait_for_server(self._begin, *instance.SERVER, port=self.port)
        return address

    def kill(self) -> None:
        instance.kill(self.process)

    def _begin(self, *command: str, **variables: str):
        return instance.begin(self.environment, *command, **variables)


@pytest.fixture
def server(tmp_path, copy_template):
    environment = instance.prepare(tmp_path, copy_template)
    instance.manage(environment, "shell", "-c", MAKE_ADA)
    server = Server(environment)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def context(new_context, server) -> BrowserContext:
    return new_context(base_url=f"http://127.0.0.1:{server.port}", locale="en-GB")


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def open_editor(context: BrowserContext) -> Page:
    """The editor of the list's first topic, as somebody opens it who has to sign in first."""
    page = context.new_page()
    page.goto("/list/")
    topic = page.locator("main a[href^='/topics/']").first.get_attribute("href").partition("#")[0]
    page.goto(f"{topic}summary/")
    sign_in(page)
    page.wait_for_url("**/summary/")
    return page


@pytest.mark.timeout(300)
def test_what_was_typed_when_the_server_was_killed_is_there_after_it_is_started_again(context, server):
    page = open_editor(context)
    box, mark = page.locator("#summary textarea").first, page.locator("[data-draft-mark]")
    box.press_sequentially("Saved before.")
    expect(mark).to_have_text(SAVED)

    def kill_first(route: Route) -> None:
        server.kill()
        route.continue_()

    page.route("**/summary/draft/", kill_first)
    box.press_sequentially(" Typed in the last second.")
    expect(mark).to_contain_text("Last saved:")
    expect(box).to_have_value("Saved before. Typed in the last second.")
    page.close()
    context.clear_cookies()
    server.start()
    page = open_editor(context)
    box, mark = page.locator("#summary textarea").first, page.locator("[data-draft-mark]")
    expect(box).to_have_value("Saved before.")
    page.get_by_role("button", name="Restore text").click()
    expect(box).to_have_value("Saved before. Typed in the last second.")
    expect(mark).to_have_text(SAVED)
    page.reload()
    expect(box).to_have_value("Saved before. Typed in the last second.")
    expect(page.get_by_role("button", name="Restore text")).to_have_count(0)

"""An update in place that fails says so."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from catalog.outline.entry import Entry
from tests import factories


@pytest.fixture
def page(page_for, transactional_db):
    factories.make_list()
    page = page_for(factories.make_user("Ada Okafor"))
    page.goto(Entry.objects.first().topic.get_absolute_url())
    return page


def test_what_the_server_refuses_is_told(page, console):
    console.expect("404")
    console.expect("Response Status Error Code")
    Entry.objects.update(retired_at=timezone.now())
    page.get_by_role("button", name="Want to read").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")


def test_what_does_not_reach_the_server_is_told_until_it_does(page, console):
    console.expect("ERR_INTERNET_DISCONNECTED")
    console.expect("htmx:sendError")
    page.context.set_offline(True)
    button = page.get_by_role("button", name="Want to read").first
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("server can’t be reached", ignore_case=True)
    page.context.set_offline(False)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#trouble")).to_be_empty()

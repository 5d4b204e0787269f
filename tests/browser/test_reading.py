"""Saying how far one is with a source, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.outline.entry import Entry
from notes.reading import Reading
from tests import factories
from tests.length import SCRIPTS


@pytest.fixture
def entry(transactional_db):
    factories.make_list()
    return Entry.objects.get(title="DPO paper")


@pytest.fixture
def ada(entry):
    return factories.make_user("Ada Okafor")


def button(page: Page, entry: Entry, state: str):
    return page.locator(f"#reading-{entry.pk}-{state}")


def press(page: Page, entry: Entry, state: str, pressed: bool = True) -> None:
    button(page, entry, state).click()
    expect(button(page, entry, state)).to_have_attribute("aria-pressed", "true" if pressed else "false")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_path_follows_what_one_says_one_has_read(page_for, ada, entry, javascript):
    page = page_for(ada, javascript=javascript)
    page.goto(entry.topic.get_absolute_url())
    expect(page.locator(".dock")).to_contain_text("Read DPO paper")
    press(page, entry, "reading")
    expect(page.locator("#step-core")).to_have_attribute("data-state", "now")
    expect(page.locator(".dock")).to_contain_text("Continue reading DPO paper")
    press(page, entry, "read")
    expect(page.locator("#step-core")).to_have_attribute("data-state", "done")
    expect(page.locator("#step-core")).to_contain_text("DPO paper")
    expect(page.locator("#step-cross_checked")).to_have_attribute("aria-current", "step")
    press(page, Entry.objects.get(title="A guide"), "read")
    expect(page.locator("#step-cross_checked")).to_have_attribute("data-state", "done")
    expect(page.locator("#step-summarised")).to_have_attribute("aria-current", "step")
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    expect(page.locator(".dock")).to_contain_text("Write your summary")
    press(page, entry, "read", pressed=False)
    expect(page.locator("#step-core")).to_have_attribute("data-state", "todo")
    assert list(Reading.objects.visible_to(ada).values_list("source__listed_title", "state")) == [("A guide", "read")]


def test_going_back_shows_what_was_pressed_on_either_page(page_for, ada, entry):
    page, topic = page_for(ada), entry.topic.get_absolute_url()
    page.goto("/list/")
    expect(page.get_by_text("0 of").first).to_be_visible()
    page.goto(topic)
    press(page, entry, "read")
    page.get_by_role("link", name="About this source").first.click()
    page.go_back()
    expect(page).to_have_url(re.compile(f"{topic}$"))
    expect(button(page, entry, "read")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(page.get_by_text("1 of").first).to_be_visible()


def test_a_press_keeps_the_focus_and_the_scroll_and_is_heard(page_for, ada, entry):
    page = page_for(ada, width=390)
    page.goto(entry.topic.get_absolute_url())
    last = Entry.objects.filter(topic=entry.topic).last()
    button(page, last, "skipped").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    button(page, last, "skipped").focus()
    page.keyboard.press("Enter")
    expect(button(page, last, "skipped")).to_have_attribute("aria-pressed", "true")
    expect(button(page, last, "skipped")).to_be_focused()
    expect(button(page, last, "skipped")).to_have_text("Skipped")
    expect(page.locator("#reading-said")).to_have_text("A guide: skipped. Not started.")
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Enter")
    expect(page.locator("#reading-said")).to_have_text("A guide: not marked. Not started.")


@pytest.mark.soak
@pytest.mark.parametrize("javascript", SCRIPTS)
def test_on_a_sources_page_all_its_places_agree_but_for_the_re_read(page_for, ada, entry, javascript):
    topic = factories.make_section(entry.topic.list, "topic", "Another topic")
    elsewhere = factories.make_entry(topic, "DPO again", source=entry.source)
    again = factories.make_entry(topic, "DPO, once more", source=entry.source, reread=True)
    page = page_for(ada, javascript=javascript)
    page.goto(entry.source.get_absolute_url())
    press(page, elsewhere, "read")
    expect(button(page, entry, "read")).to_have_attribute("aria-pressed", "true")
    expect(button(page, again, "read")).to_have_attribute("aria-pressed", "false")
    assert page.url.endswith(f"#entry-{elsewhere.pk}") != javascript


def test_without_javascript_one_is_back_at_the_source_one_pressed(page_for, ada, entry):
    page = page_for(ada, javascript=False, width=390)
    page.goto(entry.topic.get_absolute_url())
    last = Entry.objects.filter(topic=entry.topic).last()
    press(page, last, "want")
    assert page.url.endswith(last.url_in_topic)
    expect(button(page, last, "want")).to_be_in_viewport()


def test_a_session_that_ended_meanwhile_leads_to_signing_in(page_for, ada, entry):
    page = page_for(ada)
    page.goto(entry.topic.get_absolute_url())
    page.context.clear_cookies(name="sessionid")
    button(page, entry, "read").click()
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.soak
def test_ones_own_part_of_the_lists_pages_has_no_fault(looking, ada, entry):
    states = zip(Entry.objects.all(), [*Reading.State.values, "read"], strict=False)
    for each, state in states:
        Reading.objects.set(ada, each, state)
    window = looking(ada)
    window.visit(entry.topic.get_absolute_url())
    assert window.found_nothing()

"""The playbook on a phone, on paper, and its filters and menu."""

import pytest
from playwright.sync_api import Page, expect

from tests.groups.reviewing import say, show, topic_of

CODE = "```python\n" + "loss = " + " + ".join(f"weights[{place}]" for place in range(30)) + "\n```"
# As wide as a sheet of paper, which is wider than a third of it.
FORMULA = f"$$\\mathcal{{L}}(\\theta) = {' + '.join(f'x_{{{place}}}' for place in range(14))}$$"
TABLE = f"| a | b |\n|---|---|\n| {'wide' * 40} | x |"
URL = f"https://example.org/{'path/' * 40}"

# How far what people wrote goes beyond the right edge of the sheet, at most.
BEYOND = """() => Math.max(...[...document.querySelectorAll(".entry .prose :is(p, pre, code, math, td, a)")]
    .map((each) => each.getBoundingClientRect().right - document.documentElement.clientWidth))"""


@pytest.fixture
def wide(group, ada, jonas):
    """An accepted summary of what is wider than a phone."""
    round = show(ada, group, topic_of(group), f"{CODE}\n\n{URL}", f"So:\n\n{FORMULA}", f"{'long' * 60}\n\n{TABLE}")
    say(round, jonas, "approve")
    return round


def test_nothing_widens_a_phone_and_what_scrolls_shows_it(page_for, jonas, group, wide):
    page = page_for(jonas, width=320)
    page.goto(f"/groups/{group.pk}/playbook/")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for kind in ("pre", "div.formula", ".table"):
        scrolls = page.locator(f".entry {kind}").first
        assert scrolls.evaluate("(it) => it.scrollWidth > it.clientWidth"), f"{kind} isn’t wide enough to tell"
        assert "gradient" in scrolls.evaluate("(it) => getComputedStyle(it).backgroundImage"), kind


def test_nothing_is_cut_on_paper(page_for, jonas, group, wide):
    page = page_for(jonas, width=680)
    page.goto(f"/groups/{group.pk}/playbook/")
    page.emulate_media(media="print")
    assert page.evaluate(BEYOND) <= 1
    expect(page.get_by_role("link", name="See reviews")).to_be_hidden()
    expect(page.get_by_text("When does it fail?").last).to_be_visible()


def test_what_fits_a_third_of_a_sheet_stands_in_three_columns_on_it(page_for, ada, jonas, group):
    say(show(jonas, group, topic_of(group), "$$x + y$$", "It fails", "The metric"), ada, "approve")
    page = page_for(jonas, width=680)
    page.goto(f"/groups/{group.pk}/playbook/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    knob, fails = (page.locator(".entry dd").nth(place).bounding_box() for place in (0, 1))
    assert fails["x"] > knob["x"] + 100
    assert fails["y"] == knob["y"]


def chosen(page: Page) -> list[str]:
    return page.locator(".entry b").all_inner_texts()


def test_a_filter_acts_at_once_and_the_menu_exports_what_it_shows(page_for, ada, jonas, group, wide):
    say(show(jonas, group, topic_of(group, 2)), ada, "approve")
    page = page_for(jonas)
    page.goto(f"/groups/{group.pk}/playbook/")
    assert chosen(page) == ["Ada Okafor", "Jonas Lind"]
    page.get_by_label("Author").select_option("Jonas Lind")
    expect(page.locator(".entry")).to_have_count(1)
    assert chosen(page) == ["Jonas Lind"]
    page.evaluate("() => { window.print = () => { document.title = 'Printed'; }; }")
    menu = page.locator("details.menu")
    menu.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        menu.get_by_role("link", name="Download as Markdown").click()
    assert "### Ada Okafor" not in download.value.path().read_text()
    expect(menu.get_by_role("button", name="Print")).to_be_hidden()
    menu.get_by_text("Export", exact=True).click()
    menu.get_by_role("button", name="Print").click()
    expect(page).to_have_title("Printed")


def test_without_javascript_a_button_filters(page_for, ada, jonas, group, wide):
    say(show(jonas, group, topic_of(group, 2)), ada, "approve")
    page = page_for(jonas, javascript=False)
    page.goto(f"/groups/{group.pk}/playbook/")
    page.get_by_label("Author").select_option("Jonas Lind")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".entry")).to_have_count(1)

"""Pages turned round: in the pseudo-language and read from right to left they fit, and Arabic reads as it should in
pages that are in English."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from tests.base.languages.pseudo import LANGUAGE, pseudo_language
from tests.browser import checks
from tests.browser.looking import MAY_SCROLL
from tests.house.addresses import ADDRESSES
from tests.house.long_words import lengthen
from tests.house.right_to_left import write_arabic
from tests.house.world import World, make_world
from tests.length import some

WIDTHS = (320, 390, 820, 1440)
# By whom each is seen with the most on it.
PAGES = {
    "author": (
        "home", "default_list", "topic", "source", "summary", "history", "group", "members", "reviews", "playbook",
        "threads", "thread", "new_thread", "submission", "notifications", "settings", "my_suggestions",
    ),
    "reviewer": ("review",),
    "owner": ("group_settings", "mfa_index"),
}  # fmt: skip

# What is cut off: text in a box that shows only a part of it, and can't be scrolled.
_CUT = """(may) => [...document.querySelectorAll("main *, header *, footer *, .tab-bar *")]
    .filter((one) => one.clientWidth > 1 && !one.matches(may) && !one.closest(".excerpt, .excerpt-line, svg, math"))
    .filter((one) => ["hidden", "clip"].includes(getComputedStyle(one).overflowX))
    .filter((one) => getComputedStyle(one).textOverflow !== "ellipsis")
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 4)
    .map((one) => one.outerHTML.slice(0, 120))"""
# Where a text begins and ends in its box: how far from the box's left and right edge, in px.
_SIDES = """(box) => {
    const range = document.createRange();
    range.selectNodeContents(box);
    const [inner, outer] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    return [inner.left - outer.left, outer.right - inner.right];
}"""


def world_pages(world: World, role: str) -> list[str]:
    return [ADDRESSES[name].url(name, world) for name in PAGES[role]]


def faults(page: Page, url: str, widths: Sequence[int]) -> list[str]:
    found = []
    for direction in ("ltr", "rtl"):
        page.evaluate("(direction) => document.documentElement.dir = direction", direction)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            where = f"{url}, {direction}, {width}"
            if wide := checks.too_wide(page):
                found.append(f"{where} {wide}")
            found += [f"{where}: cut: {what}" for what in page.evaluate(_CUT, MAY_SCROLL)]
    return found


def test_pages_in_a_long_language_fit_in_either_direction(transactional_db, page_for, settings):
    settings.LANGUAGE_CODE = LANGUAGE
    world, found = make_world(), []
    lengthen()
    with pseudo_language():
        for role in PAGES:
            page = page_for(world.people[role], width=320)
            for place, url in enumerate(world_pages(world, role)):
                page.goto(url)
                assert "[!!" in page.title() + page.locator("body").inner_text()
                found += faults(page, url, some(WIDTHS, place, of=2))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [390, 1440])
def test_all_of_an_entry_is_on_the_side_of_its_title(transactional_db, page_for, width):
    world = make_world()
    write_arabic()
    page = page_for(world.people["author"], width=width)
    for name, entries in (("topic", ".source"), ("source", ".places > li"), ("suggestions", ".source")):
        page.goto(ADDRESSES[name].url(name, world))
        entry = page.locator(entries).first
        for direction in ("ltr", "rtl"):
            page.evaluate("(direction) => document.documentElement.dir = direction", direction)
            for part in entry.locator("h3, .about, .why, .prose > p").all():
                left, right = part.evaluate(_SIDES)
                assert right < 2 or left >= right, f"{name}, {direction}: {part.inner_text()}"
            edge = entry.bounding_box()["x"] + entry.bounding_box()["width"]
            for choice in entry.locator(".choice, .vote .button").all():
                box = choice.bounding_box()
                assert box["x"] + box["width"] > edge - 2, f"{name}, {direction}"
                assert choice.evaluate("(choice) => getComputedStyle(choice).direction") == direction


@pytest.mark.parametrize("width", [390, 1440])
def test_arabic_reads_from_right_to_left_on_pages_in_english(transactional_db, page_for, width):
    world = make_world()
    write_arabic()
    page = page_for(world.people["author"], width=width)
    for name in ("submission", "thread", "default_list", "playbook", "summary"):
        page.goto(ADDRESSES[name].url(name, world))
        checks.no_sideways_scroll(page)
    page.goto(ADDRESSES["threads"].url("threads", world))
    title = page.locator(".rows h3").first
    assert title.evaluate(_SIDES)[0] < 2, "in a row a title stands beside what else is said there"
    assert title.evaluate("(title) => getComputedStyle(title).direction") == "rtl"
    page.goto(ADDRESSES["submission"].url("submission", world))
    text = page.locator(".prose", has=page.locator("math")).first
    for block in text.locator("> p, li, blockquote p").all():
        left, right = block.evaluate(_SIDES)
        assert block.evaluate("(block) => getComputedStyle(block).direction") == "rtl"
        assert right < 2 or left >= right, f"it stands at the left: {block.inner_text()}"
    assert text.locator("math").first.evaluate("(math) => getComputedStyle(math).direction") == "ltr"
    assert text.locator("pre").first.evaluate("(code) => getComputedStyle(code).direction") == "ltr"
    first, second = text.locator("th").all()
    assert first.bounding_box()["x"] > second.bounding_box()["x"], "the first column stands at the right"

"""What curators do with their hands at the desk, for tests in a browser."""

from playwright.sync_api import Locator, Page

from catalog.outline.entry import Entry
from catalog.outline.section import Section

CLOSE = 30  # px


def row(page: Page, thing: Section | Entry) -> Locator:
    """Its row where a list is arranged."""
    # What hangs on the hand while a row is dragged is a likeness of it.
    return page.locator(f"#{thing._meta.model_name}-{thing.pk}:not(.sortable-fallback)")


def handle(page: Page, thing: Section | Entry) -> Locator:
    """What its row is dragged by."""
    return row(page, thing).locator("> form .arrange-grip")


def drag(page: Page, thing: Section | Entry, onto: Locator) -> None:
    """Take a row by its handle and let go of it over another place."""
    carry(page, thing, onto)
    page.mouse.up()


def carry(page: Page, thing: Section | Entry, onto: Locator) -> None:
    """Take a row by its handle and hold it over another place."""
    handle(page, thing).evaluate("element => element.scrollIntoView({block: 'center'})")
    page.mouse.move(*_middle(handle(page, thing)))
    page.mouse.down()
    x, y = _middle(onto)
    page.mouse.move(x, y - 8, steps=8)
    # The rows make way as the hand passes; what is dragged follows in its own time.
    for nudge in range(40):
        page.mouse.move(x, y + nudge % 2)
        if abs(_middle(handle(page, thing))[1] - y) < CLOSE:
            break


def _middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

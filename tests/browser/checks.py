"""What every page must stand in a browser."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_axe = Axe()
# Preloading style sheets, for one rule about orientation, would put a style element into the page: the CSP refuses it.
_OPTIONS = {"resultTypes": ["violations"], "preload": False}
# Of what it finds the violations alone: to hand over all else takes as long as to find it.
_AXE = """([within, options]) => axe.run(within ?? document, options)
    .then(({ violations }) => ({ violations }))"""

# Where scripts are off, axe-core would wait for itself for ever.
_SCRIPTLESS = "matchMedia('(scripting: none)').matches"

_TOO_WIDE = """(width) => [...document.querySelectorAll("body *")]
    .filter((element) => Math.max(0, element.scrollWidth - element.clientWidth)
        + element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 120))
    .slice(0, 5)"""


def _run(page: Page, within: str | None) -> AxeResults:
    assert not page.evaluate(_SCRIPTLESS), "axe-core needs a page with JavaScript."
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    return AxeResults(page.evaluate(_AXE, [within, _OPTIONS]))


def violations(page: Page, within: str | None = None) -> dict[str, list[str]]:
    """What axe-core finds: the elements at fault by rule."""
    found = _run(page, within).response["violations"]
    return {rule["id"]: [" ".join(map(str, node["target"])) for node in rule["nodes"]] for rule in found}


def axe(page: Page, within: str | None = None) -> None:
    """Fail with axe-core's report if it finds anything on the page, or within a CSS selector of it."""
    results = _run(page, within)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def no_sideways_scroll(page: Page) -> None:
    """Fail if the page is wider than its window, and name what sticks out."""
    assert not (wide := too_wide(page)), f"{page.url} {wide}"


def too_wide(page: Page) -> str:
    """How wide the page is and what sticks out, or nothing where it fits its window."""
    width = page.viewport_size["width"]
    needed = page.evaluate("document.documentElement.scrollWidth")
    return f"is {needed} px wide in a window of {width}: {page.evaluate(_TOO_WIDE, width)}" if needed > width else ""

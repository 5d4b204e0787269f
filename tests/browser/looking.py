"""Looking at a page as it is seen: axe-core finds nothing in either theme, nothing scrolls sideways, no two elements
have one id, and headings skip no level.

In one visit: light on a phone of 390 px, narrowed to 320, and dark on a desk. At full length axe-core looks at each
page in both, and each is measured on either phone; else every other page in the one, the rest in the other.
"""

from playwright.sync_api import Error, Page, Response

from tests.browser import checks
from tests.length import THEMES, some

PHONE, NARROW, DESK = 390, 320, 1440
HEIGHT = 900

# What has room of its own to scroll in, or is cut off with an ellipsis.
MAY_SCROLL = ".formula, pre, code, .table, input, textarea, select"

# What the browser says of an address that answers with a file to keep.
A_FILE = "Download is starting"

_SCROLLS = """(allowed) => [...document.querySelectorAll("body *")]
    .filter((element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
    .filter((element) => !element.matches(allowed))
    .filter((element) => getComputedStyle(element).overflowX !== "visible")
    .filter((element) => getComputedStyle(element).textOverflow !== "ellipsis")
    .map((element) => element.outerHTML.slice(0, 120))"""

# Two elements with one name: a label or a link leads to the first of them.
_TWICE = """[...document.querySelectorAll("[id]")].map((element) => element.id)
    .filter((id, place, all) => all.indexOf(id) !== place)"""
_SKIPS = """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter((heading, place, all) => heading.tagName[1] - (all[place - 1]?.tagName[1] ?? 0) > 1)
    .map((heading) => heading.outerHTML.slice(0, 120))"""


class Looking:
    """A browser window that goes from page to page and keeps what is wrong with them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: set[str] = set()
        self.faults: list[str] = []
        self._theme = ""

    def visit(self, url: str) -> None:
        """Open an address and look at the page that answers, unless this is no page or was seen already. It is opened
        as the page before it was left, by turns on a phone and on a desk."""
        try:
            answer = self.page.goto(url)
        except Error as error:
            if A_FILE in error.message:
                return
            raise
        is_page = answer.status != 204 and "html" in answer.headers.get("content-type", "")
        if is_page and self.page.url not in self.seen:
            self.seen.add(self.page.url)
            self.look(url)

    def begin(self, url: str) -> Response:
        """Open an address on a phone, in light."""
        self._show("light", PHONE)
        return self.page.goto(url)

    def look(self, name: str) -> None:
        """Look at what stands there now, on a phone in light and on a desk in the dark, and first where it stands."""
        self.seen.add(name)
        self.faults += [f"{name}: two elements are called {each}" for each in self.page.evaluate(_TWICE)]
        self.faults += [f"{name}: skips a level of headings: {each}" for each in self.page.evaluate(_SKIPS)]
        themes = some(THEMES, len(self.seen), of=2)
        views = [("light", some([PHONE, NARROW], len(self.seen) // 2, of=2)), ("dark", [DESK])]
        for theme, widths in reversed(views) if self.page.viewport_size["width"] == DESK else views:
            self._show(theme, widths[0])
            if theme in themes:
                self._accessible(f"{name}, {theme}")
            for width in widths:
                self._show(theme, width)
                self._no_wider(name, width)

    def _show(self, theme: str, width: int) -> None:
        """Change the window to this theme and width (px): each change lays the page out again."""
        if self._theme != theme:
            self.page.emulate_media(color_scheme=theme)
            self._theme = theme
        size = {"width": width, "height": HEIGHT}
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)

    def _accessible(self, name: str) -> None:
        self.faults += [f"{name}: {rule}: {at}" for rule, at in checks.violations(self.page).items()]

    def _no_wider(self, name: str, width: int) -> None:
        if wide := checks.too_wide(self.page):
            self.faults.append(f"{name} {wide}")
        self.faults += [f"{name}, {width}: scrolls in itself: {each}" for each in self._scrolling()]

    def _scrolling(self) -> list[str]:
        return self.page.evaluate(_SCROLLS, MAY_SCROLL)

    def found_nothing(self) -> bool:
        assert not self.faults, "\n".join(self.faults)
        return bool(self.seen)

"""What tests of texts ask of HTML."""

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img"}


class Page(HTMLParser):
    """All elements of a text with their attributes; fails where tags are not balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open, f"closed and never opened: {tag}"
        assert self._open.pop() == tag


class _Words(HTMLParser):
    def __init__(self, without: str) -> None:
        super().__init__()
        self._without, self._depth, self.said = without, 0, []

    def handle_starttag(self, tag, attrs):
        self._depth += tag == self._without

    def handle_endtag(self, tag):
        self._depth -= tag == self._without

    def handle_data(self, data):
        if not self._depth:
            self.said.append(data)


def letters(html: str, without: str = "") -> str:
    """The text of some HTML without its spaces, and without what stands inside one kind of element."""
    reader = _Words(without)
    reader.feed(html)
    reader.close()
    return re.sub(r"\s+|↩\ufe0e", "", "".join(reader.said))


def undirected(html: str) -> str:
    """The HTML without what says in which direction it is read: see test_direction.py."""
    return re.sub("</?bdi>", "", re.sub(r' dir="(?:auto|ltr|rtl)"', "", html))


_MATHS = re.compile(r"<math.*?</math>", re.DOTALL)
_AROUND = re.compile(
    r'</?bdi[^<>]*>|<span class="(?:nowrap|formula)"[^<>]*>|<sup class="noteref">.*?</sup>|<a class="noteback".*?</a>'
)
_ATTRIBUTES = re.compile(r'<([a-z]+)(?: (class="(?:alert|task|table|center|right)"|href="[^"]*")|[^<>])*>')


def outline(html: str) -> str:
    """HTML on one line, with formulas as their letters in ⟦…⟧ and without what is of no matter to how it reads."""
    html = _MATHS.sub(lambda found: f"⟦{re.sub('<[^<>]*>', '', found[0])}⟧", html)
    html = _AROUND.sub("", html).replace("</span>", "")
    html = re.sub(r'<div class="formula"[^<>]*>(.*?)</div>', r"<formula>\1</formula>", html)
    html = _ATTRIBUTES.sub(lambda found: f"<{found[1]}{' ' + found[2] if found[2] else ''}>", html)
    return " ".join(html.replace("<span>", "").replace("&nbsp;", "\xa0").split(" ")).replace("\n", "")

"""Nothing of the shipped list is missing from its pages: its file is walked line by line, without our reader."""

import re
from html.parser import HTMLParser

import pytest

from catalog.outline.section import Section
from catalog.sources.source import Source
from tests.catalog.shipped import import_shipped, shipped_text


class Seen(HTMLParser):
    """The words and links of pages, as a reader sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "a":
            self.links.add(dict(attrs).get("href"))
        if tag in {"p", "li", "h1", "h2", "h3", "h4", "div", "small", "span"}:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def pieces(text: str) -> dict[str, list[str]]:
    """What stands in the file, by a plain scan of its lines."""
    found = {"headings": [], "titles": [], "links": [], "whys": [], "notes": []}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("#"):
            found["headings"].append(line.lstrip("# "))
        elif match := re.fullmatch(r"\d+\. \*\*(.+)\*\*", line):
            found["titles"].append(match[1])
        elif match := re.fullmatch(r"\[(http.+)\]\(\1\)", line):
            found["links"].append(match[1])
        elif line.startswith("Why: "):
            found["whys"].append(line.removeprefix("Why: "))
        elif line not in {"", "---"}:
            found["notes"].append(re.sub(r"^(\* |\d+\. )", "", line))
    return found


@pytest.fixture
def seen(client, db):
    import_shipped()
    addresses = ["/list/"]
    addresses += [found.get_absolute_url() for found in Section.objects.filter(kind__in=["topic", "page"])]
    addresses += [found.get_absolute_url() for found in Source.objects.all()]
    seen = Seen()
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        seen.feed(response.text)
    return seen


def test_every_heading_title_link_why_and_note_is_on_some_page(seen):
    found = pieces(shipped_text())
    assert {name: len(some) for name, some in found.items()} == {
        "headings": 44,
        "titles": 65,
        "links": 65,
        "whys": 65,
        "notes": 17,
    }
    assert set(found.pop("links")) <= seen.links
    text = seen.text
    missing = [piece for some in found.values() for piece in some if re.sub(r"\*+", "", piece) not in text]
    assert missing == []

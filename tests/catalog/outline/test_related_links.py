"""The links beside an entry's source: its reason shows them, so that a page need not say them again."""

import re
from html import unescape

import pytest

from catalog.outline.entry import Entry
from catalog.sources.canonical_url import url_key
from readlist_site.base.text import render


@pytest.mark.parametrize(
    ("why", "count"),
    [
        ("With [code](https://b.org/code), and https://c.org/slides.", 2),
        ("See <https://b.org/a?b=c&d=e> (or https://b.org/a_(b)).", 2),
        ("The [talk][1] of it.\n\n[1]: <https://b.org/talk>", 1),
        ("*https://b.org/a* and [**its** code](https://b.org/c 'Code')", 2),
        ("| Where | What |\n|---|---|\n| https://b.org | [x](https://c.org) |", 2),
        ("- https://b.org\n- > [quoted](https://c.org)", 2),
        ("Caf\u00e9s: https://m\u00fcnchen.example.org/caf\u00e9?q=\u00e4", 1),
        ("No link, but `https://b.org` in a listing.", 0),
    ],
)
def test_the_reason_shows_every_related_link(why, count):
    links = Entry(url="https://a.org", why=why).links_in_why()
    assert len(links) == count
    shown = {url_key(unescape(href)) for href in re.findall(r'href="(http[^"]+)"', render(why).html)}
    assert {url_key(link.url) for link in links} <= shown

"""Excerpts of Markdown for one line of a page, and the title that a file gives its list."""

import re
from functools import lru_cache
from textwrap import shorten

from django.utils.translation import get_language, ngettext

from readlist_site.base.languages.direction import END_OF_ISOLATE, ISOLATE_LTR, RTL, has_letters

from .commonmark import parse, plain
from .heading_kind import names_tier
from .syntax_tree import LISTS, Node

LENGTH = 120
_FORMULA = re.compile(r"\$[^$]+\$")
# So much of a file is looked at for its title: more takes too long.
_BEGINNING = 20_000


def excerpt(markdown: str) -> str:
    """The words of the first paragraph or the items of the first list, whichever comes first, in at most about LENGTH
    characters. Among words that are read from right to left, formulas are isolated."""
    return _excerpt(markdown, get_language())


# Pages of a list show the same ones at each view. How many items are left out is said in a language.
@lru_cache(maxsize=2_000)
def _excerpt(markdown: str, language: str | None) -> str:
    text = _beginning(markdown)
    return _FORMULA.sub(rf"{ISOLATE_LTR}\g<0>{END_OF_ISOLATE}", text) if has_letters(text, RTL) else text


def _beginning(markdown: str) -> str:
    blocks = [block for block in parse(markdown).children if block.type == "paragraph" or block.type in LISTS]
    if not blocks:
        return ""
    if blocks[0].type == "paragraph":
        return shorten(plain(blocks[0].children[0]), LENGTH, placeholder="…")
    return _named(blocks[0])


def _named(block: Node) -> str:
    """ "General MLOps books, Product analytics blogs, Kaggle-style content and 2 more." """
    paragraphs = [item.children[0] for item in block.children if item.children and item.children[0].type == "paragraph"]
    items = [" ".join(plain(paragraph.children[0]).split()) for paragraph in paragraphs]
    shown = items[:1]
    while len(shown) < len(items) and len(", ".join(items[: len(shown) + 1])) <= LENGTH * 2 // 3:
        shown.append(items[len(shown)])
    left = len(items) - len(shown)
    said = shorten(", ".join(shown), LENGTH, placeholder="…")
    more = ngettext("%(items)s and %(number)s more.", "%(items)s and %(number)s more.", left)
    return more % {"items": said, "number": left} if left else f"{said}."


def title_of(text: str) -> str:
    """The words of the file's first heading if it is "# Title", the only heading of its level in the beginning of the
    file, and doesn't name a tier; else ""."""
    headings = [block for block in parse(text[:_BEGINNING]).children if block.type == "heading"]
    top = [block for block in headings if block.tag == "h1"]
    if len(top) != 1 or top[0] is not headings[0]:
        return ""
    title = " ".join(plain(top[0].children[0]).split())
    return "" if names_tier(title) else title

"""Excerpts of Markdown for one line of a page."""

from textwrap import shorten

from markdown_it.tree import SyntaxTreeNode

from .parser import parse, plain
from .read import LISTS

LENGTH = 120


def excerpt(markdown: str) -> str:
    """The words of the first paragraph or the items of the first list, whichever comes first, in at most about LENGTH
    characters."""
    blocks = [block for block in parse(markdown).children if block.type == "paragraph" or block.type in LISTS]
    if not blocks:
        return ""
    if blocks[0].type == "paragraph":
        return shorten(plain(blocks[0].children[0]), LENGTH, placeholder="…")
    return _named(blocks[0])


def _named(block: SyntaxTreeNode) -> str:
    """ "General MLOps books, Product analytics blogs, Kaggle-style content and 2 more." """
    paragraphs = [item.children[0] for item in block.children if item.children and item.children[0].type == "paragraph"]
    items = [" ".join(plain(paragraph.children[0]).split()) for paragraph in paragraphs]
    shown = items[:1]
    while len(shown) < len(items) and len(", ".join(items[: len(shown) + 1])) <= LENGTH * 2 // 3:
        shown.append(items[len(shown)])
    left = len(items) - len(shown)
    said = shorten(", ".join(shown), LENGTH, placeholder="…")
    return f"{said} and {left} more." if left else f"{said}."

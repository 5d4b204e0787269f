"""Texts of one line with nothing but words, numbers, punctuation and links: half of the reasons in a list.

What the parser makes of them is known without it, in a fiftieth of the time; a test compares both."""

import re
from html import escape
from typing import NamedTuple

from .line_count import paragraph_lines, width

# Signs that mean nothing in Markdown, wherever they stand behind a letter, but ! before a bracket; those for which
# there is a rule, such as $, & and ~, aren't among them.
_WORDS = r"[A-Za-zÀ-ÖØ-öø-ɏ0-9 ,.;:?!'\"()/%–—’“”…+=-]"
_LINK = re.compile(rf"\[({_WORDS}*[A-Za-zÀ-ÖØ-öø-ɏ]{_WORDS}*)\]\((https?://[A-Za-z0-9][A-Za-z0-9./_#-]*)\)")
_SIMPLE = re.compile(
    rf"(?:[A-Za-zÀ-ÖØ-öø-ɏ]{_WORDS}*|(?=\[))(?:\[{_WORDS}+\]\(https?://[A-Za-z0-9][A-Za-z0-9./_#-]*\){_WORDS}*)*"
)
_OPENING = '<a href="{}" rel="nofollow noopener noreferrer ugc">'


class Part(NamedTuple):
    """Words of a simple text, with the address of the link that they are the text of, or "", and where it stands."""

    words: str
    url: str
    start: int
    end: int


def parts_of_simple(text: str) -> list[Part] | None:
    """Returns the links in a simple text, and the words between them, None if it isn't one."""
    if not text or text[-1].isspace() or "%%" in text or "![" in text or not _SIMPLE.fullmatch(text):
        return None
    parts, at, links = [], 0, 0
    for found in _LINK.finditer(text):
        if at < found.start():
            parts.append(Part(text[at : found.start()], "", at, found.start()))
        parts.append(Part(found[1], found[2], *found.span()))
        at, links = found.end(), links + 1
    if at < len(text):
        parts.append(Part(text[at:], "", at, len(text)))
    return parts if text.count("://") == links == text.count("](") else None


def render_simple(text: str) -> tuple[str, int] | None:
    """Returns the HTML of a simple text and its number of lines, as `safe_html.to_html` makes and counts them, None
    if it isn't one."""
    parts = parts_of_simple(text)
    if parts is None:
        return None
    shown = " ".join("".join(part.words for part in parts).split())
    inner = (
        f"{_OPENING.format(url)}{escape(words, quote=False)}</a>" if url else escape(words, quote=False)
        for words, url, *_ in parts
    )
    return "".join(['<p dir="auto">', *inner, "</p>\n"]), paragraph_lines(width(shown))

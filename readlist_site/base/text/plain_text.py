"""The plain text of a rendered text, on one line."""

from __future__ import annotations

import re

from readlist_site.base.languages.direction import END_OF_ISOLATE, ISOLATE_LTR, RTL, has_letters

from .html_tokens import End, Piece, tokenize_html

_QUOTATION = re.compile(r"<(/?)blockquote\b[^>]*>")


def plain(html: str, length: int = 140) -> str:
    """Returns the visible text, cut between words to at most `length` characters; formulas by their visible symbols.

    In a text with letters that are written from right to left, formulas and code are isolated (`direction_of` passes
    over them)."""
    pieces: list[str] = []
    size, after_block, isolates = 0, False, has_letters(html, RTL)
    for item in tokenize_html(html, words=False):
        if isinstance(item, End):
            after_block = True
        if not isinstance(item, Piece) or item.kind in ("note", "box", "sign"):
            continue
        text = " ".join(item.text.split())
        gap = " " if pieces and (item.space or after_block or item.kind == "break") else ""
        size, after_block = size + len(gap + text), False
        if isolates and item.kind in ("formula", "code"):
            text = f"{ISOLATE_LTR}{text}{END_OF_ISOLATE}"
        pieces.append(gap + text)
        if size > length:
            return _shortened("".join(pieces), length)
    return "".join(pieces).strip()


def _shortened(text: str, length: int) -> str:
    cut = text[:length].rpartition(" ")[0] or text[: length - 1]
    return cut.rstrip(" ,;:.…–—-") + "…"


def without_quotations(html: str) -> str:
    """Returns a rendered text without its quotations: what its author wrote. If it has nothing else, returns the whole
    text."""
    if "<blockquote" not in html:
        return html
    own, depth, at = [], 0, 0
    for tag in _QUOTATION.finditer(html):
        if depth == 0:
            own.append(html[at : tag.start()])
        depth += -1 if tag[1] else 1
        at = tag.end()
    own.append(html[at:])
    return "".join(own) if plain("".join(own)) else html

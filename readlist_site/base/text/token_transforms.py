"""Transforms the parser's tokens before rendering.

A displayed formula inside a paragraph splits it in two; images of other hosts become links, and others get one, to be
seen at their full size, and their description as `content`; a link without visible text shows its URL;
punctuation after a formula is attached to it, so that it doesn't begin the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from .formula_rules import DISPLAY, INLINE, INLINE_DOUBLE, with_punctuation
from .sanitise import IMAGE

ADDRESS = "address"  # a URL that stands in the text itself
FORMULAS = (INLINE, DISPLAY)
_BREAKS = ("softbreak", "hardbreak")
_LINK = ("link_open", "link_close")

_PUNCTUATION = re.compile(r"[.,;:!?…)\]’”'\"]+")


def blocks(tokens: list[Token]) -> Iterator[Token]:
    """Yields the transformed tokens of a text."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "paragraph_open":
            close = next(i for i in range(at, len(tokens)) if tokens[i].type == "paragraph_close")
            yield from _paragraph(tokens[at : close + 1])
            at = close
        elif token.type == "inline":
            token.children = [_as_inline(child) for child in _inline(token.children or [])]
            yield token
        elif token.type == "fence" and token.info.strip() == "math":
            yield Token(DISPLAY, "math", 0, content=token.content, block=True)
        else:
            if token.type == "th_open" and not tokens[at + 1].content.strip():
                token.tag = tokens[at + 2].tag = "td"  # an empty header cell is no header
            yield token
        at += 1


def _paragraph(tokens: list[Token]) -> Iterator[Token]:
    """Yields a paragraph, split at its displayed formulas."""
    opening, inline, *anchors, closing = tokens
    parts: list[Token | list[Token]] = [[]]  # formulas, and what stands between them
    for child in _inline(inline.children or []):
        if child.type == INLINE_DOUBLE and child.level == 0:
            parts += [Token(DISPLAY, "math", 0, content=child.content, block=True), []]
            continue
        if len(parts) > 1 and not parts[-1] and child.type == "text":
            parts[-2].content, child.content = with_punctuation(parts[-2].content, child.content)
        parts[-1].append(_as_inline(child))
    for part in parts:
        if isinstance(part, Token):
            yield part
        elif (pieces := _without_breaks(part)) or (anchors and part is parts[-1]):
            yield from (opening.copy(), _like(inline, pieces), *(anchors if part is parts[-1] else ()), closing)


def _as_inline(child: Token) -> Token:
    """Makes `$$…$$` inside emphasis, a heading or a table cell an inline formula, since no block can be there."""
    if child.type == INLINE_DOUBLE:
        child.type = INLINE
    return child


def _like(inline: Token, children: list[Token]) -> Token:
    return inline.copy(children=children)


def _without_breaks(children: list[Token]) -> list[Token]:
    def is_space(child: Token) -> bool:
        return child.type in _BREAKS or (child.type == "text" and not child.content.strip())

    start, end = 0, len(children)
    while start < end and is_space(children[start]):
        start += 1
    while end > start and is_space(children[end - 1]):
        end -= 1
    return children[start:end]


def _inline(children: list[Token]) -> Iterator[Token]:
    formula: Token | None = None
    for child in _links_with_text(list(_images_as_links(children))):
        if formula and child.type == "text" and (found := _PUNCTUATION.match(child.content)):
            formula.meta["after"] = found[0]
            child.content = child.content[found.end() :]
        formula = child if child.type == INLINE else None
        yield child


def _images_as_links(children: list[Token]) -> Iterator[Token]:
    inside = False
    for child in children:
        if child.type != "image":
            inside = child.type == "link_open" or (inside and child.type != "link_close")
            yield child
            continue
        if IMAGE.fullmatch(str(child.attrs["src"])):
            yield from _image(child, inside=inside)
            continue
        caption = (one for one in _images_as_links(child.children or []) if one.type not in _LINK)
        if inside:
            yield from caption
        else:
            yield Token("link_open", "a", 1, attrs={"href": child.attrs["src"]})
            yield from caption
            yield Token("link_close", "a", -1)


def _image(image: Token, *, inside: bool) -> Iterator[Token]:
    """Yields an image, as a link to itself unless it is inside another or has no description to name the link."""
    # Brackets would look like tags to what reads the HTML.
    image.content = " ".join(_words(image.children or []).translate({ord("<"): "‹", ord(">"): "›"}).split())
    image.children = []
    if inside or not image.content:
        yield image
        return
    yield Token("link_open", "a", 1, attrs={"href": str(image.attrs["src"])})
    yield image
    yield Token("link_close", "a", -1)


def _words(children: list[Token]) -> str:
    return "".join(" " if each.type in _BREAKS else each.content + _words(each.children or []) for each in children)


def _links_with_text(children: list[Token]) -> Iterator[Token]:
    href, shows, is_bare = "", False, False
    for child in children:
        if child.type == "link_open":
            href, shows, is_bare = str(child.attrGet("href") or ""), False, child.info == "auto"
            child.attrs = {"href": href}  # drops the title, which touch and keyboard users don't see
        elif child.type == "link_close":
            if not shows:
                yield Token(ADDRESS, "", 0, content=href)
            is_bare = False
        elif child.type not in _BREAKS:
            shows = shows or child.type == "image" or bool(child.content.strip())
            if href and is_bare and child.type == "text":
                child.type = ADDRESS
        if href or child.type not in _LINK:
            yield child

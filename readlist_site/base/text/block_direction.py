"""The direction that each block of a rendered text gets."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from readlist_site.base.languages.direction import RTL, direction_of

_BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "td", "th", "ul"}
_OTHER_BLOCKS = {"footnote_block_open", "footnote_open", "alert_open"}  # elements that have no tag of their own


def set_directions(tokens: Sequence[Token]) -> None:
    """Gives each block the attribute `dir`.

    It is "auto", by which browsers take the direction of the block's first letter. They pass over formulas and code,
    which are isolated, and over blocks inside, since these have the attribute, too. So a block with no letters but
    theirs gets "rtl" if the first of them is written so; and so does one without letters in, or beside, such a block:
    a row's numbers, a line with a formula alone."""
    own: dict[int, str] = {}  # the first direction anywhere in a block, by its index
    with_letters: set[int] = set()  # blocks that have letters outside of blocks inside them
    open_blocks: list[int] = []
    whole = ""
    for at, token in enumerate(tokens):
        if token.nesting == 1:
            open_blocks.append(at)
        elif token.nesting == -1:
            open_blocks.pop()
        elif token.type == "inline" and (found := _direction_of_inline(token)):
            whole = whole or found
            with_letters.add(next((block for block in reversed(open_blocks) if not tokens[block].hidden), -1))
            for block in reversed(open_blocks):
                own.setdefault(block, found)
    around = [whole]
    for at, token in enumerate(tokens):
        if token.nesting == 1:
            around.append(own.get(at, around[-1]))
            if token.tag in _BLOCKS or token.type in _OTHER_BLOCKS:
                token.attrSet("dir", RTL if around[-1] == RTL and at not in with_letters else "auto")
        elif token.nesting == -1:
            around.pop()


def _direction_of_inline(inline: Token) -> str:
    return next(
        (found for child in inline.children or [] if child.type == "text" and (found := direction_of(child.content))),
        "",
    )

"""Markdown of one text for inclusion in a larger Markdown file, changed where it would affect the rest of that file."""

from __future__ import annotations

import re

from markdown_it.token import Token

from .markdown import structure

_SPECIAL = re.compile(r"([\\`*_\[\]<>&$~|#])")
# Where other Markdown parsers begin an HTML block; ours shows it as text.
_HTML = re.compile(r"^( {0,3})<(?=[!?]|/?[a-zA-Z][a-zA-Z0-9-]*(?:[\s/>]|$))")
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def literal(text: str) -> str:
    """Returns plain text with Markdown's special characters escaped, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def embedded(source: str, *, below: int, footnote_prefix: str) -> str:
    """Returns the text with headings moved below level `below`, thematic breaks written as `***` (so that none is taken
    for the end of front matter), unclosed code fences closed, and footnote labels prefixed with `footnote_prefix`, so
    that they don't collide with those of other texts."""
    source = re.sub(r"\r\n?", "\n", source)
    lines: list[str | None] = list(source.split("\n"))
    tokens, unclosed = structure(source), ""
    for at, token in enumerate(tokens):
        if not token.map:
            continue
        if token.type == "heading_open":
            _lower(lines, token, tokens[at + 1].content, below)
        elif token.type == "hr" and set((lines[token.map[0]] or "").strip()) == {"-"}:
            lines[token.map[0]] = "***"
        elif token.type == "inline":
            for number in range(*token.map):
                lines[number] = lines[number] and _HTML.sub(r"\1\\<", lines[number])
        elif token.type == "fence" and token.level == 0 and not _is_closed(lines, token):
            unclosed = token.markup
    text = "\n".join(line for line in [*lines, unclosed or None] if line is not None)
    for label in set(_NOTE.findall(text)):
        text = text.replace(f"[^{label}]", f"[^{footnote_prefix}-{label}]")
    return text


def _lower(lines: list[str | None], heading: Token, text: str, below: int) -> None:
    """Rewrites a heading, ATX or setext, as an ATX heading of a deeper level."""
    first, end = heading.map
    hashes = "#" * min(6, below + int(heading.tag[1:]))
    if heading.markup.startswith("#"):
        lines[first] = re.sub(rf"(?<![^\s>]){heading.markup}(?=\s|$)", hashes, lines[first] or "", count=1)
        return
    before = (lines[first] or "").partition(text.split("\n")[0])[0]
    ending = re.sub(r"(#+)$", r"\\\1", " ".join(text.split("\n")))
    lines[first:end] = [f"{before}{hashes} {ending}", *[None] * (end - first - 1)]


def _is_closed(lines: list[str | None], fence: Token) -> bool:
    """Returns whether a fenced code block has its closing line."""
    first, end = fence.map
    last = (lines[end - 1] or "").strip()
    return end - 1 > first and len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}

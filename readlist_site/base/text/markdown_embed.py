"""A text as a part of a larger Markdown file: as it was written, but for what would reach beyond it there."""

from __future__ import annotations

import re

from markdown_it.token import Token

from .markdown import structure

_SPECIAL = re.compile(r"([\\`*_\[\]<>&$~|#])")
# Where other readers of Markdown would begin a block of HTML; ours shows it as text.
_HTML = re.compile(r"^( {0,3})<(?=[!?]|/?[a-zA-Z][a-zA-Z0-9-]*(?:[\s/>]|$))")
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def literal(words: str) -> str:
    """Words that are no Markdown, to stand in a line of it."""
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


def embedded(source: str, *, below: int, mark: str) -> str:
    """Headings stand `below` that level, rules aren't taken for the edge of front matter, code is closed at its end,
    and footnotes, named by `mark`, don't meet those of other texts."""
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
            for place in range(*token.map):
                lines[place] = lines[place] and _HTML.sub(r"\1\\<", lines[place])
        elif token.type == "fence" and token.level == 0 and not _is_closed(lines, token):
            unclosed = token.markup
    text = "\n".join(line for line in [*lines, unclosed or None] if line is not None)
    for label in set(_NOTE.findall(text)):
        text = text.replace(f"[^{label}]", f"[^{mark}-{label}]")
    return text


def _lower(lines: list[str | None], heading: Token, words: str, below: int) -> None:
    """Write a heading, of either kind, as one of a deeper level."""
    first, end = heading.map
    hashes = "#" * min(6, below + int(heading.tag[1:]))
    if heading.markup.startswith("#"):
        lines[first] = re.sub(rf"(?<![^\s>]){heading.markup}(?=\s|$)", hashes, lines[first] or "", count=1)
        return
    before = (lines[first] or "").partition(words.split("\n")[0])[0]
    ending = re.sub(r"(#+)$", r"\\\1", " ".join(words.split("\n")))
    lines[first:end] = [f"{before}{hashes} {ending}", *[None] * (end - first - 1)]


def _is_closed(lines: list[str | None], fence: Token) -> bool:
    """Whether a block of code has the line that ends it."""
    first, end = fence.map
    last = (lines[end - 1] or "").strip()
    return end - 1 > first and len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}

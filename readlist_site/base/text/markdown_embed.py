"""Markdown of one text for inclusion in a larger Markdown file, changed where it would affect the rest of that file."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .markdown import structure
from .source_rules import prepare

_SPECIAL = re.compile(r"([\\`*_\[\]<>&$~|#])")
# What a "<" may stand in, else it is a character alone. An address in brackets can't be a tag, for its colon.
_CONTEXT = re.compile(
    r"(?P<bracketed>\\\((?:\\[^()]|[^\\`])+\\\)|\\\[(?:\\[^\[\]]|[^\\`])+\\\])"
    r"|(?P<escaped>\\.)"
    r"|(?P<code>(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<formula>\$\$?(?:\\.|[^$\\`])+\$\$?)"
    r"|(?P<address><(?:https?://|mailto:)[^\s<>]*>)"
    r"|<",
    re.DOTALL,
)
# In a formula a space changes nothing, and what follows it is no tag.
_TAG_IN_FORMULA = re.compile(r"<(?=[a-zA-Z/!?])")
# Parsers that let HTML through: plain ones, and those that know formulas or tables.
_HTML_PARSERS = (
    MarkdownIt("commonmark"),
    MarkdownIt("commonmark").use(dollarmath_plugin),
    MarkdownIt("js-default", {"html": True}),
)
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def literal(text: str) -> str:
    """Returns plain text with Markdown's special characters escaped, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def embedded(source: str, *, below: int, footnote_prefix: str, line_breaks: bool = True) -> str:
    """Returns the text, as `without_html`, with headings moved below level `below`, thematic breaks written as `***`
    (so that none is taken for the end of front matter), unclosed code fences closed, and footnote labels prefixed with
    `footnote_prefix`, so that they don't collide with those of other texts. With `line_breaks`, a line break in a
    paragraph is written with a backslash before it, since in a file it would be a space."""
    source = prepare(re.sub(r"\r\n?", "\n", source), is_typed=False).source
    lines: list[str | None] = list(source.split("\n"))
    tokens, unclosed = structure(source), ""
    for at, token in enumerate(tokens):
        if not token.map:
            continue
        if token.type == "heading_open":
            _lower(lines, token, tokens[at + 1].content, below)
        elif token.type == "hr" and set((lines[token.map[0]] or "").strip()) == {"-"}:
            lines[token.map[0]] = "***"
        elif token.type == "fence" and token.level == 0 and not _is_closed(lines, token):
            unclosed = token.markup
        elif line_breaks and token.type == "paragraph_open":
            _force_breaks(lines, token, tokens[at + 1])
    text = without_html("\n".join(line for line in [*lines, unclosed or None] if line is not None))
    for label in set(_NOTE.findall(text)):
        text = text.replace(f"[^{label}]", f"[^{footnote_prefix}-{label}]")
    return text


def without_html(source: str) -> str:
    """Returns the text such that parsers that know HTML in Markdown, as ours doesn't, find none in it: each "<" outside
    of code is escaped, but for addresses in brackets. A text in which they still would is returned as a code block."""
    lines, tokens = source.split("\n"), structure(source)
    left = set(range(len(lines)))
    for token in tokens:
        if token.type in ("fence", "code_block"):
            left -= set(range(*token.map))
    # A code span may reach over the lines of its paragraph; other lines, as those of tables, stand by themselves.
    blocks = [sorted(left & set(range(*token.map))) for token in tokens if token.type == "inline" and token.map]
    formulas = {line for token in tokens if token.type.startswith("math_block") for line in range(*token.map)}
    alone = left.difference(*blocks)
    for block in [*blocks, *([line] for line in sorted(alone))]:
        text = "\n".join(lines[line] for line in block)
        escaped = _spaced(text) if formulas.issuperset(block) else _CONTEXT.sub(_without_tag, text)
        for line, said in zip(block, escaped.split("\n"), strict=True):
            lines[line] = said
    text = "\n".join(lines)
    if not any(_has_html(parser.parse(text)) for parser in _HTML_PARSERS):
        return text
    fence = "`" * (1 + max(2, *map(len, re.findall("`*", source))))
    return f"{fence}\n{source}\n{fence}"


def _without_tag(found: re.Match[str]) -> str:
    if found["formula"] or found["bracketed"]:
        return _spaced(found[0])
    return "\\<" if found[0] == "<" else found[0]


def _spaced(formula: str) -> str:
    return _TAG_IN_FORMULA.sub("< ", formula)


def _has_html(tokens: list[Token]) -> bool:
    return any(token.type in ("html_block", "html_inline") or _has_html(token.children or []) for token in tokens)


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


def _force_breaks(lines: list[str | None], paragraph: Token, inline: Token) -> None:
    """Writes a backslash at the end of each line of a paragraph after which its text has a line break."""
    for child in inline.children or []:
        if child.type == "softbreak":
            line = paragraph.map[0] + inline.content.count("\n", 0, child.meta["at"])
            lines[line] = f"{(lines[line] or '').rstrip()}\\"


def _is_closed(lines: list[str | None], fence: Token) -> bool:
    """Returns whether a fenced code block has its closing line."""
    first, end = fence.map
    last = (lines[end - 1] or "").strip()
    return end - 1 > first and len(last) >= len(fence.markup) and set(last) == {fence.markup[0]}

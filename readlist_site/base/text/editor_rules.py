r"""The parser's rules for what people paste from other editors.

Obsidian's `==marks==`, `[[notes]]` and alerts, which are GitHub's, too; and what abstracts of papers hold of LaTeX:
`\emph{…}`, `\cite{…}`, and `~` before a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .formula_rules import layout_of

_NOTE = re.compile(r"!?\[\[([^\W\d_][^\[\]|,;\n]{0,150})(?:\|([^\[\]\n]{1,150}))?\]\](?![(\[:])")
_COMMAND = re.compile(
    r"\\(?:(?P<em>emph|textit|textsl)|(?P<strong>textbf)|(?P<code>texttt)|(?P<cite>[cC]ite[a-z]*\*?))"
    r"\{(?P<inner>(?:[^{}\n]|\{[^{}\n]{0,200}\}){1,500})\}"
)
_TIED = re.compile(
    r"(?:^|[\s(])(?:[Ff]ig(?:ure)?s?|[Tt]ab(?:le)?s?|[Ss]ec(?:tion)?s?|[Ee]q(?:uation)?s?|[Aa]lg(?:orithm)?s?|[Aa]pp(?:endix)?"
    r"|[Tt]heorem|[Tt]hm|[Ll]emma|[Cc]hapter|[Rr]efs?|al)\.?$"
)
_TIES = re.compile(r"~(?=[\w(\[])")
_ALERT = re.compile(r"\[!([A-Za-z][\w-]{0,30})\][+-]?[ \t]*")


def install(parser: MarkdownIt) -> None:
    """Adds the rules to the parser."""
    parser.inline.ruler.before("escape", "latex_command", _command)
    parser.inline.ruler.before("strikethrough", "tie", _tie)
    parser.inline.ruler.before("link", "mark", _mark)
    parser.inline.ruler.before("link", "note", _note)


def _command(state: StateInline, silent: bool) -> bool:
    found = _COMMAND.match(state.src, state.pos) if state.src[state.pos] == "\\" else None
    if not found or found.end() > state.posMax:
        return False
    if not silent:
        inner = found["inner"]
        if found["cite"]:
            state.pending += f"[{', '.join(key.strip() for key in inner.split(','))}]"
        elif found["code"]:
            state.push("code_inline", "code", 0).content = inner
        else:
            _around(state, "em" if found["em"] else "strong", found.start("inner"), found.end("inner"))
    state.pos = found.end()
    return True


def _around(state: StateInline, tag: str, start: int, end: int) -> None:
    """Parses a part of the text inside an element."""
    whole = state.posMax
    state.push(f"{tag}_open", tag, 1)
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.posMax = whole
    state.push(f"{tag}_close", tag, -1)


def _tie(state: StateInline, silent: bool) -> bool:
    """Parses LaTeX's unbreakable blank, as in "Figure~1" and "shown~\\cite{…}"."""
    source, at = state.src, state.pos
    if source[at] != "~" or source[at - 1 : at] == "~" or source[at + 1 : at + 2] == "~":
        return False
    before = source[max(0, at - 20) : at]
    is_tie = (_TIES.match(source, at) and _TIED.search(before)) or (
        before[-1:].strip() and re.match(r"~\\[cC]?(?:ite|ref|eqref)", source[at : at + 8])
    )
    if not is_tie:
        return False
    if not silent:
        state.pending += "\u00a0"
    state.pos += 1
    return True


def _mark(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if not source.startswith("==", start) or source[start + 2 : start + 3] in ("", "=", " ", "\n"):
        return False
    before = source[start - 1 : start] if start else ""
    if before == "=" or before.isalnum():
        return False
    end = source.find("==", start + 2, state.posMax)
    after = source[end + 2 : end + 3]
    if end < 0 or source[end - 1].isspace() or after == "=" or after.isalnum() or layout_of(state).covers(end):
        return False
    if not silent:
        _around(state, "mark", start + 2, end)
    state.pos = end + 2
    return True


def _note(state: StateInline, silent: bool) -> bool:
    # After a word, two brackets are none of a note, as in df[[column]].
    if state.src[state.pos] not in "![" or (
        state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] in "_)]")
    ):
        return False
    found = _NOTE.match(state.src, state.pos)
    if not found or found.end() > state.posMax:
        return False
    if not silent:
        state.pending += (found[2] or found[1]).strip()
    state.pos = found.end()
    return True


def as_alerts(tokens: list[Token]) -> Iterator[Token]:
    """Yields the tokens with quotations that begin with `[!warning]` as alerts: the title, else the word, in bold."""
    closing: set[int] = set()
    skip = 0
    for at, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if token.type == "blockquote_open" and (parts := _alert(tokens, at)):
            title, rest = parts
            closing.add(_end_of_quotation(tokens, at))
            token.type, token.tag, token.attrs = "alert_open", "div", {"class": "alert"}
            opening, inline, ending = tokens[at + 1 : at + 4]
            bold = [Token("strong_open", "strong", 1), *title, Token("strong_close", "strong", -1)]
            yield from (token, opening, inline.copy(children=bold), ending)
            if rest:
                yield from (opening.copy(), inline.copy(children=rest), ending.copy())
            skip = 3
        elif at in closing:
            token.type, token.tag = "alert_close", "div"
            yield token
        else:
            yield token


def _alert(tokens: list[Token], at: int) -> tuple[list[Token], list[Token]] | None:
    """Returns the title and the rest of the first paragraph, if the quotation that begins here is an alert."""
    if [token.type for token in tokens[at + 1 : at + 4]] != ["paragraph_open", "inline", "paragraph_close"]:
        return None
    children = tokens[at + 2].children or []
    found = _ALERT.match(children[0].content) if children and children[0].type == "text" else None
    if not found:
        return None
    children[0].content = children[0].content[found.end() :]
    end = next((i for i, child in enumerate(children) if child.type in ("softbreak", "hardbreak")), len(children))
    title = [child for child in children[:end] if child.type != "text" or child.content]
    if not title:
        title = [Token("text", "", 0, content=found[1].replace("-", " ").capitalize())]
    return title, children[end + 1 :]


def _end_of_quotation(tokens: list[Token], start: int) -> int:
    level = tokens[start].level
    return next(
        at for at in range(start, len(tokens)) if tokens[at].type == "blockquote_close" and tokens[at].level == level
    )

r"""The parser's rules for formulas: where they begin and end.

`$…$`, `$$…$$`, ``$`…`$`` as on GitHub, `\(…\)`, `\[…\]`, and environments without dollars. A dollar sign begins no
formula if code, a link or an address stands between it and the next one, or if both are signs of prices or shell
variables. Each rule reads a text once: what is computed of a whole block is stored in the parser's environment."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from .problems import Problem, excerpt

INLINE, DISPLAY, INLINE_DOUBLE = "math_inline", "math_block", "math_inline_double"

_ENVIRONMENT = (
    r"(?:equation|displaymath|math|align|alignat|aligned|alignedat|flalign|gather|gathered|multline|split|eqnarray"
    r"|array|subarray|[pbBvV]?matrix|smallmatrix|[dr]?cases)\*?"
)
_BEGIN = re.compile(rf"\\begin\{{({_ENVIRONMENT})\}}")
_BEGIN_OR_END = re.compile(rf"\\(begin|end)\{{({_ENVIRONMENT})\}}")

# In one block: code, addresses, targets of links, and what is escaped.
_MARK = re.compile(
    r"(?P<escaped>\\.)|(?P<ticks>`+)|(?P<address><(?:https?://|mailto:)[^\s<>]*>|https?://[^\s<>$]+)"
    r"|\]\((?P<target>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"\n]*\")?\)",
    re.DOTALL,
)
_TICKS = re.compile("`+")
_LINK = re.compile("https?://|mailto:", re.IGNORECASE)

# A group of text in a formula may hold formulas of its own.
_TEXT_GROUP = r"\\(?:text[a-z]*|[mh]box)\s*\{(?:[^{}\\]|\\.|\{[^{}]{0,200}\}){0,300}\}"
_DOLLAR = re.compile(rf"{_TEXT_GROUP}|\\.|\$", re.DOTALL)
_DOUBLE_DOLLAR = re.compile(r"\\.|\$\$", re.DOTALL)
_BRACKET = {"(": re.compile(r"\\[^a-zA-Z]", re.DOTALL), "[": re.compile(r"\\[^a-zA-Z]", re.DOTALL)}
_CLOSING = {"(": r"\)", "[": r"\]"}

_GROUP_OF_TEXT = re.compile(_TEXT_GROUP, re.DOTALL)
_SIGN_OF_MATHS = re.compile(
    r"\\[a-zA-Z]+|[\w)}\]|'′]\s*[\^_]\s*[\w{\\(*+'-]|[=<>≤≥≈≠∈∝→∼+]|^\s*[^\W\d_]\s*$|\b[A-Za-z]\s*[(/|]|[α-ωΑ-Ω∑∏∫∇∂]"
)
_OPENS_FORMULA = re.compile(r"\s*(?:\\[a-zA-Z]{2}|[A-Za-zα-ω]\s*[_^]|[_^]\{|\{)")
_NAMES = {
    "log",
    "exp",
    "sin",
    "cos",
    "tan",
    "tanh",
    "max",
    "min",
    "mod",
    "det",
    "dim",
    "ker",
    "lim",
    "sup",
    "inf",
    "ln",
}
_WORD = re.compile(r"(?<![\\\w])[^\W\d_]{2,}(?!\w)")
# Of prose: between blanks, and not in the braces of a formula, as in \mathrm{KL} and _{ref}.
_WORD_OF_PROSE = re.compile(r"(?<!\S)[^\W\d_]{2,}(?=[\s,.;:!?]|$)")
_AMOUNT = re.compile(r"\s*\d[\d.,]*")
_MARKUP_OF_MATHS = re.compile(r"\\[a-zA-Z]|[\^_{}=]")
_VARIABLE = re.compile(r"[A-Z_][A-Z_\d]+")
_PUNCTUATION = re.compile(r"\s*[.,;:]?\s*")
_AFTER = re.compile(r"[.,;:]+(?=\s|$)")


def install(parser: MarkdownIt) -> None:
    """Adds the rules to the parser."""
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", _display_formula, interrupts)
    parser.inline.ruler.before("escape", "math_inline", _inline_formula)


@dataclass(slots=True)
class _Layout:
    """What a block holds that formulas give way to, and where its environments end."""

    source: str
    starts: list[int] = field(default_factory=list)  # of code, addresses and targets of links
    ends: list[int] = field(default_factory=list)
    environments: dict[int, int] = field(default_factory=dict)  # where each ends, by where it begins
    has_price: bool = False  # whether a dollar sign before a number was none of a formula

    @classmethod
    def of(cls, source: str) -> _Layout:
        layout, at = cls(source), 0
        runs = _runs_of_ticks(source)
        while found := _MARK.search(source, at):
            at = found.end()
            if ticks := found["ticks"]:
                same = runs[len(ticks)]
                closing = bisect_left(same, at)
                if closing < len(same):
                    at = same[closing] + len(ticks)
                    layout._add(found.start(), at)
            elif found["address"] or "$" in (target := found["target"] or "") or _LINK.match(target):
                layout._add(found.start(), at)
        open_ones: list[tuple[str, int]] = []
        for found in _BEGIN_OR_END.finditer(source):
            if found[1] == "begin":
                open_ones.append((found[2], found.start()))
            elif open_ones and open_ones[-1][0] == found[2]:
                layout.environments[open_ones.pop()[1]] = found.end()
        return layout

    def covers(self, at: int) -> bool:
        """Whether this stands in one of them."""
        following = bisect_left(self.starts, at + 1)
        return following > 0 and at < self.ends[following - 1]

    def _add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing of that stands, as a whole or in part, between the two."""
        following = bisect_left(self.starts, end)
        return following == 0 or self.ends[following - 1] <= start


def layout_of(state: StateInline) -> _Layout:
    """Returns the layout of the text that is parsed, which is computed once."""
    layout = state.env.get("layout")
    if layout is None or layout.source is not state.src:
        layout = state.env["layout"] = _Layout.of(state.src)
    return layout


def _runs_of_ticks(source: str) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _TICKS.finditer(source):
        runs[len(run[0])].append(run.start())
    return runs


def looks_like_formula(content: str) -> bool:
    """Returns whether LaTeX could be what this is, and it isn't prose."""
    outside = _GROUP_OF_TEXT.sub(" ", content)
    return bool(_SIGN_OF_MATHS.search(content)) and not _is_prose(outside)


def _is_prose(content: str) -> bool:
    words = [word for word in _WORD_OF_PROSE.findall(content) if word.lower() not in _NAMES]
    return len(words) > 1 and any(len(word) > 2 for word in words)


def _is_amount(content: str) -> bool:
    """Returns whether this begins with a number and goes on in words, as in "$5 for one, 6$ for two"."""
    if not _AMOUNT.match(content):
        return False
    if _MARKUP_OF_MATHS.search(content):
        return "\\" not in content and _is_prose(content)
    return any(word.lower() not in _NAMES for word in _WORD.findall(content))


def _hint(env: dict, kind: str, **values: str) -> None:
    """Stores that something looks like a formula and is none."""
    env.setdefault("hints", {}).setdefault(Problem(kind, tuple(values.items())))


# In a line


def _inline_formula(state: StateInline, silent: bool) -> bool:
    character = state.src[state.pos]
    if character == "$":
        found = _in_dollars(state)
    elif character == "\\":
        found = _in_brackets(state) or _environment(state)
    else:
        return False
    if not found:
        return False
    kind, content, end = found
    if end > state.posMax:
        return False
    if not silent:
        token = state.push(kind, "math", 0)
        token.content, token.markup = content, character
    state.pos = end
    return True


def _in_dollars(state: StateInline) -> tuple[str, str, int] | None:
    source, start = state.src, state.pos
    before = source[start - 1] if start else ""
    if source.startswith("$$$", start) or (before == "$" and not _follows_formula(state)):
        return None
    if source.startswith("$$", start):
        return _in_double_dollars(state)
    if source.startswith("$`", start) and (end := source.find("`$", start + 2)) > start + 2:
        content = source[start + 2 : end]
        if "`" not in content:
            return INLINE, content, end + 2
    # As in `k$\\times$k`; but `20$-30$` and `US$5` are prices.
    is_attached = before.isascii() and before.isalnum()
    end = next((found.start() for found in _DOLLAR.finditer(source, start + 1) if found[0] == "$"), -1)
    content = source[start + 1 : end] if end > 0 else ""
    layout = layout_of(state)
    if (
        end > 0
        and (not is_attached or _MARKUP_OF_MATHS.search(content))
        and _is_between_dollars(content, source[end + 1 : end + 3])
        and not (layout.has_price and _AMOUNT.match(content) and not _MARKUP_OF_MATHS.search(content))
        and layout.is_free(start, end)
    ):
        return INLINE, content, end + 1
    if is_attached:
        return None
    if source[start + 1 : start + 2].isdigit():
        layout.has_price = True
    rest = source[start + 1 : start + 60].partition("\n")[0]
    if _OPENS_FORMULA.match(rest) and not (end > 0 and _is_prose(rest)):
        _hint(state.env, "dollar_not_closed", source=excerpt("$" + rest))
    return None


def _follows_formula(state: StateInline) -> bool:
    return not state.pending and bool(state.tokens) and state.tokens[-1].type in (INLINE, INLINE_DOUBLE)


def _is_between_dollars(content: str, after: str) -> bool:
    """Returns whether what stands between two dollar signs is a formula; `after` is what follows."""
    if not content.strip() or after[:1].isdigit() or _is_amount(content):
        return False
    if after[:1].isalpha() and after.isupper() and _VARIABLE.match(content):
        return False  # $HOME/$USER
    if content[0].isspace() or content[-1].isspace():
        return looks_like_formula(content)
    return not (_WORD.search(content) and "\n\n" in content)


def _in_double_dollars(state: StateInline) -> tuple[str, str, int] | None:
    source, start = state.src, state.pos
    end = next((found.start() for found in _DOUBLE_DOLLAR.finditer(source, start + 2) if found[0] == "$$"), -1)
    content = source[start + 2 : end] if end > 0 else ""
    if content.strip() and layout_of(state).is_free(start, end):
        return INLINE_DOUBLE, content, end + 2
    if end < 0 and _OPENS_FORMULA.match(source, start + 2):
        _hint(state.env, "dollars_not_closed", source=excerpt(source[start : start + 60]))
    return None


def _in_brackets(state: StateInline) -> tuple[str, str, int] | None:
    source, start = state.src, state.pos
    opening = source[start + 1 : start + 2]
    if opening not in _BRACKET:
        return None
    end = -1
    for found in _BRACKET[opening].finditer(source, start + 2):
        if found[0] == _CLOSING[opening]:
            end = found.start()
        if found[0] in (_CLOSING[opening], "\\" + opening):
            break
    if end < 0:
        if _OPENS_FORMULA.match(source, start + 2):
            _hint(
                state.env, "bracket_not_closed", source=excerpt(source[start : start + 60]), closing=_CLOSING[opening]
            )
        return None
    content = source[start + 2 : end]
    if not layout_of(state).is_free(start, end):
        return None
    if opening == "(":
        is_formula = bool(content.strip()) and not _is_prose(content) and _could_be_inline(content)
        return (INLINE, content, end + 2) if is_formula else None
    # "\[" is what escapes a bracket, too: \[1\], \[draft\](…).
    if looks_like_formula(content) and source[end + 2 : end + 3] not in ("(", "[", ":"):
        return INLINE_DOUBLE, content, end + 2
    return None


def _could_be_inline(content: str) -> bool:
    word = content.strip()
    return looks_like_formula(content) or not (word.isalpha() and len(word) > 3)


def _environment(state: StateInline) -> tuple[str, str, int] | None:
    found = _BEGIN.match(state.src, state.pos)
    if not found:
        return None
    end = layout_of(state).environments.get(state.pos)
    if end is None:
        _hint(state.env, "environment_not_closed", source=excerpt(state.src[state.pos :]), name=found[1])
        return None
    return INLINE_DOUBLE, state.src[state.pos : end], end


# On lines of its own


def _display_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parses a formula that begins a line, which may interrupt a paragraph, and ends a line, with a punctuation mark
    perhaps. What follows on its last line is parsed as the next line, unless it is the first, too: then the formula is
    one of a paragraph.

    How far an unclosed one reaches is remembered, so that the next ones don't search the same lines again."""
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    first = state.src[begin : state.eMarks[start]]
    if first.startswith("$$") and not first.startswith("$$$"):
        opening, closing = "$$", "$$"
    elif first.startswith("\\["):
        opening, closing = "\\[", "\\]"
    elif found := _BEGIN.match(first):
        opening, closing = "", rf"\end{{{found[1]}}}"
    else:
        return False
    if start < state.env.get(("unclosed until", closing), 0):
        return False
    lines, at, rest = [first[len(opening) :]], start, ""
    depth = 1
    while True:
        line = lines[-1]
        if opening:
            where = line.find(closing)
            is_closed = where >= 0
        else:
            depth += line.count(rf"\begin{{{found[1]}}}") - (at == start) - line.count(closing)
            where, is_closed = line.rfind(closing), depth <= 0
        if is_closed:
            where += 0 if opening else len(closing)
            lines[-1], rest = line[:where], line[where + len(closing) * bool(opening) :]
            break
        at += 1
        if at >= end or state.isEmpty(at) or state.sCount[at] < state.blkIndent:
            state.env["unclosed until", closing] = at
            return False
        lines.append(state.src[state.bMarks[at] : state.eMarks[at]])
    content = "\n".join(lines)
    goes_on = not _PUNCTUATION.fullmatch(rest)
    if (
        not content.strip()
        or (goes_on and at == start)
        or (opening == "\\[" and not looks_like_formula(content) and (first.strip() != opening or _is_prose(content)))
        or (opening == "$$" and at == start and "$$" in rest)
    ):
        state.env["unclosed until", closing] = start + 1
        return False
    if silent:
        return True
    token = state.push(DISPLAY, "math", 0)
    token.block, token.markup, token.map = True, opening or "\\begin", [start, at + 1]
    token.content = content if goes_on else content + rest.strip()
    state.line = at + 1
    if goes_on:
        skipped = len(rest) - len(rest.lstrip())
        state.bMarks[at] = state.eMarks[at] - len(rest) + skipped
        state.tShift[at], state.sCount[at] = 0, state.blkIndent
        state.line = at
    return True


def with_punctuation(formula: str, text: str) -> tuple[str, str]:
    """Returns a displayed formula with the punctuation mark that follows it in a paragraph, and the text after it."""
    found = _AFTER.match(text)
    return (formula + found[0], text[found.end() :]) if found else (formula, text)

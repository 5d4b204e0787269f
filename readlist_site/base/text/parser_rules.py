"""Rules of our own around those of the Markdown parser and its plugins.

They say where formulas begin and end, how large a table may grow, how much quotations may cost, and which bare
addresses become links; each is bounded where the original looks through the same text again and again.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, table
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from mdit_py_plugins.gfm_autolink.index import _protocol_rule

CELLS = 3_000  # in all tables of a text; a few lines can ask for hundreds of thousands
QUOTED = 100_000  # lines in which the quotations of a text look for their ends

_block = math_block_dollar(allow_labels=False, allow_blank_lines=False)
_inline = math_inline_dollar(allow_space=False, allow_digits=True, allow_double=True)


def install(parser: MarkdownIt) -> None:
    """Teach the parser our formulas, tables and bare links."""
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "math_block", _display_formula, interrupts)
    parser.inline.ruler.before("escape", "math_inline", _inline_formula)
    parser.inline.ruler.push("bare_link", _bare_link)
    parser.block.ruler.at("blockquote", _quotation, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.at("table", _small_table, {"alt": ["paragraph", "reference"]})


def _inline_formula(state: StateInline, silent: bool) -> bool:
    """`$x$`, but not the sums of "$5-$6"; `$$x$$` inside a line."""
    start = state.pos
    if state.src[start] != "$" or not _inline(state, True):
        return False
    end, state.pos = state.pos, start
    if state.src[start + 1] != "$" and state.src[end : end + 1].isdigit():
        return False
    if silent:
        state.pos = end
        return True
    return _inline(state, False)


def _display_formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$` at the beginning of a line, which ends a paragraph above it.

    An opening that nothing closes is remembered, or every `$$` below it would look for the end again.
    """
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", begin) or start < state.env.get("unclosed until", 0):
        return False
    line, tokens = state.line, len(state.tokens)
    if not _block(state, start, end, silent):
        closed = "$$" in state.src[begin + 2 : state.eMarks[start]]  # and goes on: a formula in a paragraph
        state.env["unclosed until"] = start + 1 if closed else _blank_line(state, start, end)
        return False
    if silent:
        del state.tokens[tokens:]
        state.line = line
    return True


def _blank_line(state: StateBlock, start: int, end: int) -> int:
    return next((line for line in range(start, end) if state.isEmpty(line)), end)


def _small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, unless the text's tables would hold more than `CELLS`: then it stays as it was typed."""
    if start + 1 >= end or state.env.get("tables too large"):
        return False
    ruler = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
    if "-" not in ruler or ruler.strip(" \t|:->"):
        return False
    columns = ruler.count("|") + 1
    cells = state.env.get("cells", 0) + columns * (_blank_line(state, start, end) - start)
    if cells > CELLS:
        state.env["tables too large"] = True
        return False
    if not table(state, start, end, silent):
        return False
    if not silent:
        state.env["cells"] = cells
    return True


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A quotation, unless the text's quotations would look at more than `QUOTED` lines: then `>` stays as typed.

    Each looks down to the next blank line for lines that go on with its last paragraph, even where it has none.
    """
    if not state.src.startswith(">", state.bMarks[start] + state.tShift[start]):
        return False
    if silent:
        return state.env.get("quoted", 0) <= QUOTED and blockquote(state, start, end, silent)
    state.env["quoted"] = state.env.get("quoted", 0) + _blank_line(state, start, end) - start
    return state.env["quoted"] <= QUOTED and blockquote(state, start, end, silent)


def _bare_link(state: StateInline, silent: bool) -> bool:
    """`https://arxiv.org` without brackets around it."""
    if silent or state.src[state.pos] != ":" or not state.pending.endswith(("http", "https")):
        return False
    return _protocol_rule(state, silent)

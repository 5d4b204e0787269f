"""Our replacements for rules of the Markdown parser and its plugins.

They define how many table cells a text may have, how many lines quotations may scan, where a line breaks, and which
bare URLs become links. Each has a limit where the original takes more than linear time."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline, newline
from mdit_py_plugins.gfm_autolink._match import check_prev, match_http
from mdit_py_plugins.gfm_autolink.index import _protocol_rule

from .problems import Problem, excerpt

MAX_CELLS = 3_000  # in all tables of a text; otherwise a few lines could create hundreds of thousands
MAX_QUOTED = 100_000  # scanned by all quotations of a text


def install(parser: MarkdownIt) -> None:
    """Adds or replaces the parser's rules for quotations, tables, line breaks and bare links."""
    parser.inline.ruler.push("bare_link", _bare_link)
    parser.inline.ruler.at("newline", _line_break)
    parser.block.ruler.at("blockquote", _quotation, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _next_blank_line(state: StateBlock, start: int, end: int) -> int:
    return next((line for line in range(start, end) if state.isEmpty(line)), end)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parses a table, unless the text's tables would exceed `MAX_CELLS`: then it stays as typed."""
    if start + 1 >= end or state.env.get("tables too large"):
        return False
    ruler = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]
    if "-" not in ruler or ruler.strip(" \t|:->"):
        return False
    columns = ruler.count("|") + 1
    cells = state.env.get("cells", 0) + columns * (_next_blank_line(state, start, end) - start)
    if cells > MAX_CELLS:
        state.env["tables too large"] = True
        return False
    if not table(state, start, end, silent):
        return False
    if not silent:
        state.env["cells"] = cells
        _tell_of_long_row(state, len(_cells(ruler)), range(start + 2, state.line))
    return True


def _tell_of_long_row(state: StateBlock, columns: int, rows: range) -> None:
    """Stores the first row of a table that has more cells than the table has columns, since the last ones aren't
    shown."""
    for line in rows:
        row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        if row.count("|") >= columns and any(cell.strip() for cell in _cells(row)[columns:]):
            problem = Problem("long_row", (("source", excerpt(row)),))
            state.env.setdefault("hints", {}).setdefault(problem)
            return


def _cells(row: str) -> list[str]:
    """Splits a row of a table as the parser does."""
    cells = escapedSplit(row.strip())
    return cells[cells[:1] == [""] : len(cells) - (cells[-1:] == [""])]


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parses a quotation, unless the text's quotations would scan more than `MAX_QUOTED` lines: then `>` stays as it
    was typed.

    Each quotation scans down to the next blank line for lines that continue its last paragraph."""
    if not state.src.startswith(">", state.bMarks[start] + state.tShift[start]):
        return False
    if silent:
        return state.env.get("quoted", 0) <= MAX_QUOTED and blockquote(state, start, end, silent)
    state.env["quoted"] = state.env.get("quoted", 0) + _next_blank_line(state, start, end) - start
    return state.env["quoted"] <= MAX_QUOTED and blockquote(state, start, end, silent)


def _line_break(state: StateInline, silent: bool) -> bool:
    """Parses a line break, and stores where it stands in the text of its block."""
    at = state.pos
    if not newline(state, silent):
        return False
    if not silent:
        state.tokens[-1].meta["at"] = at
    return True


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Parses a URL without brackets around it, as in `https://arxiv.org`.

    The plugin's rule searches all text since the last element, so it is only called where there is a link."""
    if silent or state.linkLevel > 0 or state.src[state.pos] != ":":
        return False
    scheme = next((name for name in ("https", "http") if state.src.endswith(name, 0, state.pos)), "")
    start = state.pos - len(scheme)
    if not scheme or (start and not check_prev(state.src[start - 1])):
        return False
    return bool(match_http(state.src[start : state.posMax])) and _protocol_rule(state, silent)

"""Markdown to HTML that is not sanitised yet.

CommonMark without raw HTML, plus tables, ~~strikethrough~~, task lists, footnotes, bare URLs as links, and formulas
(see `formula_rules.py`). The text is part of a page, so headings become bold paragraphs (the page's heading outline
stays intact) and nothing is loaded from other hosts: images become links, but for those that were uploaded here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from . import editor_rules, formula_rules, math, parser_rules, token_transforms
from .block_direction import set_directions
from .highlight import MAX_COLOURED, code_block
from .problems import Problem
from .sanitise import IMAGE, POST_LINK

MAX_NESTING = 24  # of lists and quotations; what is deeper is not parsed
LINKS = ("https://", "http://", "mailto:")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The token tree of a text, and its formulas, which are not converted yet."""

    tokens: list[Token]
    formulas: list[math.Formula]
    hints: list[Problem]  # what looks like a formula and isn't one, and footnotes and cells that aren't shown


def parse(source: str) -> Parsed:
    """Parses a text."""
    env: dict[str, Any] = {}
    parsed = _parser.parse(source, env)
    tokens = list(token_transforms.blocks(list(editor_rules.as_alerts(parsed))))
    set_directions(tokens)
    return Parsed(
        tokens,
        list(_formulas(tokens)),
        [
            *env.get("hints", ()),
            *_lost_footnotes(env),
            *([Problem("nested")] if env["is cut"] else []),
            *([Problem("undescribed")] if any(not image.content for image in _of_type(tokens, "image")) else []),
        ],
    )


def structure(source: str) -> list[Token]:
    """Returns the block tokens of a text as written, with their line numbers."""
    return _parser.parse(source, {})


def html(
    parsed: Parsed, readings: dict[math.Formula, math.ParsedFormula], *, name: str, line_breaks: bool = True
) -> str:
    """Renders the text. Footnote ids begin with `name`, so that a page can hold several texts. Without `line_breaks`, a
    line break in a paragraph is a space."""
    env = {"readings": readings, "docId": name, "line breaks": line_breaks}
    return _parser.renderer.render(parsed.tokens, _parser.options, env)


def _keep_footnotes(state: StateCore) -> None:
    """Stores the text of each footnote by its label, before the plugin takes those away that no text refers to, and
    whether something is nested too deeply to be parsed."""
    footnotes: dict[str, list[str]] = {}
    label = ""
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            footnotes.setdefault(label, []).append("")
        elif token.type == "footnote_reference_close":
            label = ""
        elif label and token.content:
            footnotes[label][-1] += f" {token.content}"
    state.env["texts of footnotes"] = footnotes
    state.env["is cut"] = any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in state.tokens)


def _lost_footnotes(env: dict[str, Any]) -> Iterator[Problem]:
    numbers = env.get("footnotes", {}).get("refs", {})
    for label, texts in env.get("texts of footnotes", {}).items():
        is_used = numbers.get(f":{label}", -1) >= 0
        kind = "footnote_twice" if is_used else "unused_footnote"
        for text in texts[: len(texts) - is_used]:
            yield Problem(kind, (("label", f"[^{label}]"), ("source", " ".join(text.split()))))


def _formulas(tokens: list[Token]) -> Iterator[math.Formula]:
    yield from map(_formula, _of_type(tokens, *token_transforms.FORMULAS))


def _of_type(tokens: list[Token], *types: str) -> Iterator[Token]:
    for token in tokens:
        if token.type in types:
            yield token
        yield from _of_type(token.children or [], *types)


def _formula(token: Token) -> math.Formula:
    return math.Formula(token.content, display=token.type == token_transforms.DISPLAY)


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False, "tasklists": True, "maxNesting": MAX_NESTING})
    parser.disable(["html_block", "html_inline"]).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.core.ruler.before("footnote_tail", "keep_footnotes", _keep_footnotes)
    parser_rules.install(parser)
    formula_rules.install(parser)
    editor_rules.install(parser)
    parser.validateLink = lambda url: (
        url.lower().startswith(LINKS) or bool(POST_LINK.fullmatch(url) or IMAGE.fullmatch(url))
    )
    for kind, rule in _RULES.items():
        parser.add_render_rule(kind, rule)
    parser.render("Builds the rule tables now, since threads share the parser.")
    return parser


# Render rules


def _inline_formula(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    formula = _formula(tokens[at])
    return math.inline_html(formula, env["readings"][formula], tokens[at].meta.get("after", ""))


def _display_formula(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    formula = _formula(tokens[at])
    return math.display_html(formula, env["readings"][formula])


def _code(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    info, code = tokens[at].info.split(), tokens[at].content
    budget = env.setdefault("colour left", MAX_COLOURED)
    env["colour left"] -= len(code) if info else 0
    return code_block(code, info[0] if info else "", max_coloured=budget)


def _inline_code(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return math.isolated(f"<code>{escape(tokens[at].content, quote=False)}</code>")


def _address(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return math.isolated(escape(tokens[at].content, quote=False))


def _image(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    address, alt = str(tokens[at].attrs["src"]), escape(tokens[at].content)
    width, height = IMAGE.fullmatch(address).groups()
    return f'<img src="{address}" alt="{alt}" width="{width}" height="{height}" loading="lazy">'


def _heading(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return f"<p{_dir(tokens[at])}><strong>"


def _dir(token: Token) -> str:
    return f' dir="{token.attrGet("dir")}"'


def _list_item(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    if "checked" not in tokens[at].meta:
        return f"<li{_dir(tokens[at])}>"
    label, sign = ("word-done", "☑") if tokens[at].meta["checked"] else ("word-open", "☐")
    return f'<li class="task"{_dir(tokens[at])}><span class="box" role="img" aria-labelledby="{label}">{sign}</span> '


def _table(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return f'<div class="table" tabindex="0" role="group" aria-labelledby="word-table"{_dir(tokens[at])}><table>\n'


def _cell(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[at]
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    scope = ' scope="col"' if token.tag == "th" else ""
    named = f' class="{side}"' if side in ("center", "right") else ""
    return f"<{token.tag}{scope}{named}{_dir(token)}>"


def _footnote_id(tokens: Sequence[Token], at: int, env: dict[str, Any]) -> tuple[str, str]:
    """Returns the id of the footnote and the id of this reference to it."""
    meta = tokens[at].meta
    note = f"{env['docId']}-{meta['id'] + 1}"
    repetition = meta.get("subId", 0)
    return f"fn-{note}", f"fnref-{note}" + (f"-{repetition}" if repetition else "")


def _footnote_ref(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    note, reference = _footnote_id(tokens, at, env)
    return f'<sup class="noteref"><a href="#{note}" id="{reference}">[{tokens[at].meta["id"] + 1}]</a></sup>'


def _footnote(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return f'<li id="{_footnote_id(tokens, at, env)[0]}"{_dir(tokens[at])}>'


def _footnotes(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return f'<div class="footnotes"{_dir(tokens[at])}><ol>\n'


def _footnote_back(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    reference = _footnote_id(tokens, at, env)[1]
    return f' <a class="noteback" href="#{reference}" aria-labelledby="word-back">↩\ufe0e</a>'


def _soft_break(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: dict[str, Any]) -> str:
    return "<br>\n" if env["line breaks"] else "\n"


def _always(text: str) -> Any:
    return lambda renderer, tokens, at, options, env: text


_RULES = {
    token_transforms.INLINE: _inline_formula,
    token_transforms.DISPLAY: _display_formula,
    token_transforms.ADDRESS: _address,
    "code_inline": _inline_code,
    "image": _image,
    "fence": _code,
    "code_block": _code,
    "softbreak": _soft_break,
    "heading_open": _heading,
    "heading_close": _always("</strong></p>\n"),
    "list_item_open": _list_item,
    "table_open": _table,
    "table_close": _always("</table></div>\n"),
    "th_open": _cell,
    "td_open": _cell,
    "footnote_block_open": _footnotes,
    "footnote_block_close": _always("</ol></div>\n"),
    "footnote_open": _footnote,
    "footnote_anchor": _footnote_back,
    "footnote_ref": _footnote_ref,
}

_parser = _build()

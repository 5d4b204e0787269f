"""Syntax highlighting of code blocks, with the four classes of static/css/prose.css."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

MAX_COLOURED = 6_000  # characters of highlighted code in one text, since some lexers take more than linear time
LANGUAGES = """
bash bibtex c c++ cpp cuda css diff docker dockerfile go haskell html ini javascript jl js json julia kotlin latex
lua matlab nix py pycon python python3 r rs rust scala sh shell sql swift tex toml ts typescript xml yaml yml zsh
"""
"""Languages whose lexers take bounded time on any input: see tests/base/text/test_hostile.py."""

_TRUSTED = frozenset(LANGUAGES.split())
_NAMED = re.compile(r"(?:```|~~~)[ \t]*([\w+]{1,20})")
_CLASSES = (("Comment", "c"), ("Keyword", "k"), ("Literal.Number", "m"), ("Literal.String", "s"))


def load_lexers(source: str | None = None) -> None:
    """Imports the lexers of the languages that a text names, or all of them. Some take a fifth of a second."""
    named = _TRUSTED if source is None else {name.lower() for name in _NAMED.findall(source)} & _TRUSTED
    for language in named:
        _lexer(language)


def code_block(code: str, language: str = "", *, max_coloured: int = MAX_COLOURED) -> str:
    """Returns a `<pre>` that can be scrolled by keyboard and names its language for screen readers.

    Code of more than `max_coloured` characters is not highlighted."""
    code = code.removesuffix("\n")
    lexer = _lexer(language.lower()) if language.lower() in _TRUSTED else None
    label = f'aria-label="{escape(lexer.name)}"' if lexer else 'aria-labelledby="word-code"'
    inner = _coloured(code, lexer) if lexer and len(code) <= max_coloured else escape(code, quote=False)
    return f'<pre tabindex="0" role="group" {label} dir="ltr"><code>{inner}</code></pre>\n'


@cache
def _lexer(language: str) -> Lexer:
    # Imported with the first text that has code: a server's own process renders none.
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


def _coloured(code: str, lexer: Lexer) -> str:
    out: list[str] = []
    for name, run in groupby(lexer.get_tokens(code), key=lambda token: _class(token[0])):
        shown = escape("".join(text for _, text in run), quote=False)
        out.append(f'<span class="{name}">{shown}</span>' if name else shown)
    return "".join(out)


@cache
def _class(kind: _TokenType) -> str:
    from pygments.token import string_to_tokentype

    return next((name for family, name in _CLASSES if kind in string_to_tokentype(family)), "")

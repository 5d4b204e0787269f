"""A formula as one would type it where there is no mathematics: m̄ = ∑_s w_s m_s."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from unicodedata import normalize

from .mathml import visible

_ACCENTS = {"¯": "\u0304", "‾": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "˙": "\u0307"}
_RELATIONS = frozenset("=≠≈∼≡≃∝≤≥<>≪≫≺≻→←↔⇒∈∉⊂↦+−±×")
_SCRIPTS = {"sub": "_", "sup": "^", "under": "_", "over": "^"}
_PLAIN = re.compile(r"[\w.]+")
_SCRIPTED = re.compile(r"[_^](?:\w+|\([^()]*\))$")
_SIGNS = {"msub": ["sub"], "msup": ["sup"], "msubsup": ["sub", "sup"]}
_SIGNS |= {"munder": ["under"], "mover": ["over"], "munderover": ["under", "over"]}


@dataclass(slots=True)
class _Node:
    tag: str
    text: str = ""
    children: list[_Node] = field(default_factory=list)


def linear(mathml: str) -> str:
    """The formula in one line of characters, scripts behind `_` and `^`, fractions behind a slash."""
    reader = _Reader()
    reader.feed(mathml)
    reader.close()
    return normalize("NFC", " ".join(_said(reader.root).split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("math")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A space without a width stands there for the sake of browsers.
        node = _Node("gap" if tag == "mspace" and dict(attrs).get("width") else tag)
        self._open[-1].children.append(node)
        self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].text += data


def _said(node: _Node) -> str:
    parts = [_said(child) for child in node.children]
    if node.tag in _SIGNS and len(parts) == len(_SIGNS[node.tag]) + 1:
        return _scripted(parts[0], parts[1:], _SIGNS[node.tag])
    match node.tag, parts:
        case "mfrac", [above, below]:
            return f"{_held(above)}/{_held(below)}"
        case "msqrt", _:
            return "√" + _held("".join(parts))
        case "mroot", [inside, _]:
            return "√" + _held(inside)
        case "mtr", _:
            return " ".join(parts).strip() + "; "
        case "gap", _:
            return " "
        case "mo", _:
            sign = visible(node.text)
            return f" {sign} " if sign in _RELATIONS or not sign else sign
        case (("mi" | "mn"), _):
            return visible(node.text)
        case "mtext", _:
            return node.text
    return _side_by_side(parts).removesuffix("; ")


def _scripted(base: str, scripts: list[str], signs: list[str]) -> str:
    for script, sign in zip(scripts, signs, strict=True):
        if sign == "over" and script.strip() in _ACCENTS and len(base) == 1:
            base += _ACCENTS[script.strip()]
        else:
            base += _SCRIPTS[sign] + _held("".join(script.split()))
    return base


def _held(text: str) -> str:
    """In brackets, where it is more than one thing."""
    text = text.strip()
    whole = _PLAIN.fullmatch(text) or (text[:1] == "|" and text[-1:] == "|" and text.count("|") == 2)
    return text if whole or len(text) <= 2 else f"({text})"


def _side_by_side(parts: list[str]) -> str:
    """What follows a script stands apart from it: w_s m_s, not w_sm_s."""
    said = ""
    for part in parts:
        said += f" {part}" if part[:1].isalnum() and _SCRIPTED.search(said) else part
    return said

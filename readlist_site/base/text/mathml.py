"""Rewrites math-core's MathML for our pages: no style attributes, and only elements that browsers support."""

from __future__ import annotations

import re

CLASSES = {
    "text-align: left": "at-start",
    "text-align: right": "at-end",
    "padding-left: 0": "close-before",
    "padding-right: 0": "close-after",
    "padding-left:1em": "apart",
    "padding-left: 1em": "apart",
    "padding-top: 0": "close-rows",
    "border-top: 0.05em solid currentcolor": "rule-above",
    "border-bottom: 0.05em solid currentcolor": "rule-below",
    "border-left: 0.05em solid currentcolor": "rule-before",
    "border-right: 0.05em solid currentcolor": "rule-after",
    "border-top: 0.05em dashed currentcolor": "dashes-above",
    "border-bottom: 0.05em dashed currentcolor": "dashes-below",
    "border-left: 0.05em dashed currentcolor": "dashes-before",
    "border-right: 0.05em dashed currentcolor": "dashes-after",
    "margin-left:-0.16666667em": "nearer",
}
"""The class in static/css/math.css for each declaration of math-core, or of `_ruled_below`, that is preserved.

Colours are dropped, since they would be chosen for one theme and read in the other.
"""

_LAST_RULE = re.compile(
    r"(<mtr>(?:(?!</?mtr>|<mtable).)*</mtr>)"
    r'<mtr><mtd style="border-top: (0\.05em [a-z]+ currentcolor;)[^"]*"></mtd></mtr></mtable>'
)
_CELL = re.compile(r'<mtd(?: style="([^"]*)")?>')
_STYLED = re.compile(r'(<m[a-z]+[^<>]*?) style="([^"<>]*)"')
_ENCLOSED = re.compile(r'<menclose notation="([a-z ]+)">')
_STROKE = re.compile(r'<mrow class="menclose-[a-z]+"></mrow>')
_TAGS = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:#\w+|\w+);")
_SPACE = re.compile(r'<mspace width="(\d*\.?\d+)em"')
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f]+")


def tidy(mathml: str) -> str:
    """Returns the formula with classes instead of style attributes, which the pages' CSP forbids."""
    mathml = _LAST_RULE.sub(_ruled_below, mathml)
    mathml = _STYLED.sub(_as_class, mathml)
    # Browsers stretch U+203E, but not math-core's U+0332.
    mathml = _STROKE.sub("", mathml).replace("\u0332", "\u203e")
    mathml = _ENCLOSED.sub(lambda found: f'<mrow class="{"boxed" if "box" in found[1] else "struck"}">', mathml)
    return mathml.replace("</menclose>", "</mrow>").replace("&ApplyFunction;", "\u2061")


def _ruled_below(found: re.Match[str]) -> str:
    """Returns the last row with borders below. math-core writes them as an extra row with one cell, whose border would
    end after the first column."""
    row = _CELL.sub(lambda cell: f'<mtd style="border-bottom: {found[2]}{cell[1] or ""}">', found[1])
    return f"{row}</mtable>"


def _as_class(found: re.Match[str]) -> str:
    declarations = (declaration.strip() for declaration in found[2].split(";"))
    classes = dict.fromkeys(CLASSES[declaration] for declaration in declarations if declaration in CLASSES)
    return found[1] + (f' class="{" ".join(classes)}"' if classes else "")


def visible(text: str) -> str:
    """Returns the characters of a formula without spaces and invisible characters."""
    return _UNSEEN.sub("", text)


def symbols(mathml: str) -> int:
    """Returns how many visible symbols a formula has."""
    return len(visible(_ENTITY.sub("x", _TAGS.sub("", mathml))))


def space(mathml: str) -> float:
    """Returns the total width of a formula's spaces, in em."""
    return sum(float(width) for width in _SPACE.findall(mathml))

"""The direction in which a text is read, and isolating what is read in another one than the text around it: `dir` and
`<bdi>` do so for elements, and these characters inside a sentence, also in mails and page titles.

Its filters are template builtins: `{{ group|isolate }}` for a page's title or a label, and
`dir="{{ excerpt|direction }}"` for what `plain_text.plain` returns, where "auto" would be decided by a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import template
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language_bidi

register = template.Library()

RTL, LTR = "rtl", "ltr"
ISOLATE_LTR, ISOLATE, END_OF_ISOLATE = "\u2066", "\u2068", "\u2069"

_LETTER = re.compile(r"[A-Za-z]")
_OF_CLASS = {"L": LTR, "R": RTL, "AL": RTL}


def direction_of(text: str) -> str:
    """Returns "rtl" or "ltr", the direction of the first letter that has one, or "". What is isolated by the characters
    for it is passed over, as it isn't for `dir="auto"`."""
    if text.isascii():
        return LTR if _LETTER.search(text) else ""
    depth = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _OF_CLASS and depth == 0:
            return _OF_CLASS[kind]
        depth = max(0, depth + (kind in ("LRI", "RLI", "FSI")) - (kind == "PDI"))
    return ""


def has_letters(text: str, direction: str) -> bool:
    """Returns whether a letter of the text is written in this direction."""
    if text.isascii():
        return direction == LTR and bool(_LETTER.search(text))
    return any(_OF_CLASS.get(unicodedata.bidirectional(character)) == direction for character in text)


@register.filter("isolate")
def isolated(value: Any) -> Any:
    """Returns what is put into a sentence of the active language such that it stays in one piece there: a text with
    letters of the other direction is isolated, anything else stays as it is."""
    if not isinstance(value, str | Promise | Model):
        return value
    text = str(value)
    other = LTR if get_language_bidi() else RTL
    if other == RTL and text.isascii():
        return value
    if not has_letters(strip_tags(text) if isinstance(value, SafeData) else text, other) or text[0] == ISOLATE:
        return value
    shown = f"{ISOLATE}{text}{END_OF_ISOLATE}"
    return SafeString(shown) if isinstance(value, SafeData) else shown


def isolated_each(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values of a sentence's placeholders, each `isolated`."""
    return {name: isolated(value) for name, value in values.items()}


@register.filter("direction")
def excerpt_direction(text: str) -> str:
    """Returns the value of `dir` for a plain text."""
    return direction_of(text) or "auto"

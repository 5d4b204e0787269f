"""Pieces of a page that many rows share: rendered once for each variant, then filled in without the template engine.

A row of a long list differs from the next in a few values only: a key, a name, a date. `fill` renders the template of a
row with marks in place of these values, keeps the text between the marks for as long as the process lives, and joins it
with the values of each row. What is kept holds words of the interface in one language, which is part of its key, and
nothing of any person: what a person wrote, their names, dates and rights are values, or choose the variant."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Variants that are kept. Each template has a few dozen at most; more would be a key that holds a value.
MOST_KEPT = 2_000

_MARK = re.compile("\ue000(\\w+)\ue001|(9{6}[0-9]{3}9{6})")
_kept: dict[tuple, list[str]] = {}


def mark(name: str) -> SafeString:
    """Return what stands for a value in a pattern."""
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308


def number_mark(place: int) -> str:
    """Return what stands for a number, as in an address: digits that no key in a database has. `place` is below
    1,000; the value of the first is named "0"."""
    return f"999999{place:03}999999"


def fill(
    template: str, variant: tuple, context: Callable[[], Mapping[str, Any]], values: Mapping[str, object]
) -> SafeString:
    """Return the template rendered with what `context` returns, with `values` in place of its marks, escaped unless
    they are safe.

    `variant` must tell apart all that `context` can return for this template, language aside: it is called for the
    first of each variant only."""
    key = (template, get_language(), variant)
    pieces = None if settings.DEBUG else _kept.get(key)
    if pieces is None:
        pieces = _kept[key] = _pieces(get_template(template).render(dict(context())))
        if len(_kept) > MOST_KEPT:
            _kept.clear()
    filled = pieces.copy()
    filled[1::2] = [conditional_escape(values[name]) for name in pieces[1::2]]
    return mark_safe("".join(filled))  # noqa: S308


def _pieces(text: str) -> list[str]:
    """Split at the marks: text and names of values in turn."""
    pieces, end = [], 0
    for found in _MARK.finditer(text):
        pieces += [text[end : found.start()], found[1] or str(int(found[2][6:9]))]
        end = found.end()
    return [*pieces, text[end:]]

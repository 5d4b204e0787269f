"""Pieces of a page that many rows share: rendered once for each variant, then filled in without the template engine.

A row of a long list differs from the next in a few values only: a key, a name, a date. `fill` renders the template of a
row with marks in place of these values, keeps the text between the marks for as long as the process lives, and joins it
with the values of each row. What is kept holds words of the interface in one language, which is part of its key, and
nothing of any person: what a person wrote, their names, dates and rights are values, or choose the variant."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Variants that are kept. Each template has a few dozen at most; more would be a key that holds a value.
MOST_KEPT = 2_000

_LINE_BREAK = re.compile(r"\s*\n\s*")
_MARK = re.compile("\ue000(\\w+)\ue001|(9{6}[0-9]{3}9{6})")
_kept: dict[tuple, str] = {}


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
    return Pattern(template).fill(variant, context, values)


class Pattern:
    """The variants of a template in the active language: `fill` for many rows at once."""

    def __init__(self, template: str) -> None:
        self.template, self.language = template, get_language()

    def fill(
        self, variant: tuple, context: Callable[[], Mapping[str, Any]], values: Mapping[str, object]
    ) -> SafeString:
        """Do what the function of this name does."""
        key = (self.template, self.language, variant)
        text = None if settings.DEBUG else _kept.get(key)
        if text is None:
            text = _kept[key] = _with_placeholders(get_template(self.template).render(dict(context())))
            if len(_kept) > MOST_KEPT:
                _kept.clear()
        return SafeString(text % {name: _escaped(value) for name, value in values.items()})


def _escaped(value: object) -> str:
    """Return what `conditional_escape` does, at once for the kinds of values that rows have."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is int:
        return str(value)
    return escape(value) if kind is str else conditional_escape(value)


def _with_placeholders(text: str) -> str:
    """Return it with `%(name)s` in place of each mark, and without the white space at which templates break lines."""
    text = _LINE_BREAK.sub("\n", text.replace("%", "%%"))
    return _MARK.sub(lambda found: f"%({found[1] or int(found[2][6:9])})s", text)

"""Quotation marks in what a sentence quotes: a title that begins or ends with one would show two of them at once."""

import re
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.safestring import SafeData
from django.utils.translation import pgettext

_MARKS = frozenset('“”„"')
_IN_MARKS = re.compile(r'“([^“”„]*)”|„([^“”„]*)[“”]|"([^"]*)"')


def in_quotation_marks(value: Any) -> Any:
    """Returns what stands between quotation marks in a sentence of the active language. In a text that itself begins or
    ends with one, what is quoted gets the marks of a quotation in a quotation; anything else, and HTML, stays as it
    is."""
    if not isinstance(value, str | Promise | Model) or isinstance(value, SafeData):
        return value
    text = str(value)
    if text[:1] not in _MARKS and text[-1:] not in _MARKS:
        return value
    inner = pgettext("quotation in a quotation", "‘%(words)s’")
    return _IN_MARKS.sub(lambda found: inner % {"words": found[found.lastindex]}, text)

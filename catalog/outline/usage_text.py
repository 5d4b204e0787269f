"""Formats usage counts: "2 readings", "1 summary"."""

from collections.abc import Mapping

from django import template
from django.utils.translation import ngettext

from readlist_site.base.languages.formats import list_of_names

register = template.Library()

_NUMBERS = {
    "topic": lambda n: ngettext("%s topic", "%s topics", n),
    "page": lambda n: ngettext("%s page", "%s pages", n),
    "source": lambda n: ngettext("%s source", "%s sources", n),
    "reading": lambda n: ngettext("%s reading", "%s readings", n),
    "summary": lambda n: ngettext("%s summary", "%s summaries", n),
    "draft": lambda n: ngettext("%s draft", "%s drafts", n),
    "thread": lambda n: ngettext("%s thread", "%s threads", n),
}


@register.filter
def usage_list(usage: Mapping[str, int]) -> list[str]:
    """The counts as texts, in a fixed order, without those that are zero."""
    return [phrase(usage[kind]) % f"{usage[kind]:,}" for kind, phrase in _NUMBERS.items() if usage.get(kind)]


@register.filter
def usage_phrase(usage: Mapping[str, int]) -> str:
    """The counts as one phrase: "2 readings and 1 summary"; "" if all are zero."""
    return list_of_names(usage_list(usage))

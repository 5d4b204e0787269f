"""Rows of a topic's sources, as one string: `{% source_rows shelf.shown %}`.

A topic may have a hundred. So the partial `source` of `pages/topic.html` is rendered once for each kind of row, and
filled in here: see readlist_site/base/web/template_pattern.py."""

from collections.abc import Iterable

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from catalog.outline.entry import Entry
from notes.reading_choice import reading_choice
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.template_pattern import Pattern, mark, number_mark

register = template.Library()

ROW, LINK_STATE = "pages/topic.html#source", "catalog/links/link_state.html"
READ_BY = "groups/overview/read_by.html#words"


@register.simple_tag(takes_context=True)
def source_rows(context: Context, entries: Iterable[Entry]) -> SafeString:
    """Return a row for each entry of the page's topic. With the context's `mine` it has the buttons of the reading
    state, with `others` it says how many of them have read it."""
    pattern, others = Pattern(ROW), context.get("others")
    is_mine = bool(context.get("mine")) and not context["topic"].retired_at
    return SafeString("".join(_row(pattern, context, each, is_mine, others) for each in entries))


def _row(pattern: Pattern, context: Context, entry: Entry, is_mine: bool, others: list | None) -> SafeString:
    source = entry.source
    has_link_state = bool(source.link_issue or source.link_note or source.better_url)
    values = {
        "0": entry.pk,
        "url": entry.url,
        "title": entry.title,
        "real_title": entry.real_title,
        "about": source.about,
        "why": mark_safe(entry.why_html),  # noqa: S308
        "link_state": get_template(LINK_STATE).render({"source": source}) if has_link_state else "",
        "choice": reading_choice(context, entry, entry.reading) if is_mine else "",
        "source_url": source.get_absolute_url(),
        "read_by": _read_by(entry.read_count, others) if others else "",
    }
    variant = bool(entry.real_title), bool(entry.why_html), bool(others)
    return pattern.fill(variant, lambda: _context(*variant), values)


def _read_by(count: int, others: list) -> SafeString:
    """Return how many of the others have read an entry."""
    facts = {"count": count, "others": [{"name": mark("name")}] * len(others)}
    return Pattern(READ_BY).fill((count, len(others)), lambda: facts, {"name": isolated(others[0].name)})


def _context(has_real_title: bool, has_why: bool, has_others: bool) -> dict:
    """The context of a pattern: marks in place of what differs between rows of one kind."""
    names = ("url", "title", "about", "link_state", "choice", "source_url")
    return {name: mark(name) for name in names} | {
        "pk": number_mark(0),
        "real_title": mark("real_title") if has_real_title else "",
        "why": mark("why") if has_why else "",
        "read_by": mark("read_by") if has_others else "",
    }

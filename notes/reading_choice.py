"""The template tag for the buttons of an entry's reading state: `{% reading_choice entry entry.reading %}`."""

from types import SimpleNamespace

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from catalog.outline.entry import Entry
from notes.reading import Reading
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.template_pattern import fill, mark, number_mark
from readlist_site.base.web.time_filters import short_time

register = template.Library()

TEMPLATE = "notes/reading_choice.html"


@register.simple_tag(takes_context=True)
def reading_choice(context: Context, entry: Entry, reading: Reading | None) -> SafeString:
    """Render `notes/reading_choice.html` for an entry of the page and the person's reading of it."""
    state = reading.state if reading else ""
    when = reading and {Reading.State.READ: reading.finished_at, Reading.State.READING: reading.started_at}.get(state)
    before = getattr(reading, "read_before_at", None)
    values = {
        "0": entry.pk,
        "title": isolated(entry.title),
        "path": context["request"].path,
        "csrf": context.get("csrf_token", ""),
        "when": short_time(when),
        "before": short_time(before),
    }
    variant = state, bool(when), bool(before)
    return fill(TEMPLATE, variant, lambda: _context(*variant), values)


def _context(state: str, has_date: bool, was_read_before: bool) -> dict:
    """The context of a pattern: marks in place of what differs between entries with this state."""
    when, before = mark("when") if has_date else None, mark("before") if was_read_before else None
    dates = {"finished_at": when, "started_at": when, "read_before_at": before}
    return {
        "entry": SimpleNamespace(pk=number_mark(0), title=mark("title")),
        "reading": SimpleNamespace(state=state, **dates) if state else None,
        "request": SimpleNamespace(path=mark("path")),
        "csrf_token": mark("csrf"),
    }

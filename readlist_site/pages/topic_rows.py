"""Rows of a list's topics, as one string: `{% topic_rows group block %}`.

A list has dozens. So the partial `topic` of `pages/list.html` is rendered once for each kind of row, and filled in
here: see readlist_site/base/web/template_pattern.py."""

from django import template
from django.template import Context
from django.template.defaultfilters import capfirst
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.outline.outline import OutlineBlock, TopicGroup, TopicRow
from notes.progress_text import short_steps_text, steps_glyph
from notes.spine_shapes import source_marks
from readlist_site.base.languages.direction import excerpt_direction
from readlist_site.base.web.template_pattern import Pattern, mark
from readlist_site.base.web.time_filters import short_time

register = template.Library()

PAGE, OUTCOME = "pages/list.html", "groups/reviews/outcome.html#words"


@register.simple_tag(takes_context=True)
def topic_rows(context: Context, group: TopicGroup, block: OutlineBlock) -> SafeString:
    """Return a row for each topic of a part of a tier, or for the topic that is a `block` by itself. Visitors see how
    many sources each has, others their progress."""
    pattern, is_signed_in = Pattern(f"{PAGE}#topic"), context["user"].is_authenticated
    level = 4 if group.part else 3
    return SafeString("".join(_row(pattern, row, block, level, is_signed_in) for row in group.rows))


def _row(pattern: Pattern, row: TopicRow, block: OutlineBlock, level: int, is_signed_in: bool) -> SafeString:
    topic, entries = row.topic, row.entries
    excerpt, rereads = topic.excerpt, row.rereads
    values = {
        "number": "" if block.is_topic else topic.number,
        "url": topic.get_absolute_url(),
        "name": _partial("names", entries) if block.is_topic else format_html("<bdi>{}</bdi>", topic.name),
        "excerpt": excerpt,
        "direction": excerpt_direction(excerpt),
        "rereads": _partial("rereads", rereads) if rereads else "",
        "marks": source_marks(row.notebook.shelf, quiet=not is_signed_in),
        "glyph": steps_glyph(row.mine.steps) if is_signed_in else "",
        "state": _state(row) if is_signed_in else _source_count(len(entries)),
    }
    names = {name: mark(name) for name in values} | {"level": level, "excerpt": mark("excerpt") if excerpt else ""}
    return pattern.fill((level, bool(excerpt)), lambda: names, values)


def _partial(name: str, entries: list) -> SafeString:
    """Return what few rows have: several sources by their titles."""
    return get_template(f"{PAGE}#{name}").render({"entries": entries})


def _state(row: TopicRow) -> str:
    """Return the result of the person's summary, or else the last of their steps, in words."""
    outcome = row.mine.outcome
    if not outcome:
        return short_steps_text(row.mine.steps)
    said = Pattern(OUTCOME).fill((outcome.review_outcome,), lambda: {"outcome": outcome.review_outcome}, {})
    return format_html("{} {}", capfirst(said.strip()), short_time(outcome.on) if outcome.is_accepted else "")


def _source_count(number: int) -> SafeString:
    return Pattern(f"{PAGE}#source_count").fill((number,), lambda: {"number": number}, {})

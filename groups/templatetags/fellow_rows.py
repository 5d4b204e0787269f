"""The other members of a group with their progress in a topic, as one string: `{% fellow_rows cells %}`, filled into
the partial `fellow` of `groups/overview/sidebar.html`: see readlist_site/base/web/template_pattern.py."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from groups.reviews.group_progress import MemberProgress
from groups.threads.post_pattern import PatternAuthor
from notes.progress_text import steps_glyph
from readlist_site.base.web.template_pattern import Pattern, mark

register = template.Library()

ROW, WORDS = "groups/overview/sidebar.html#fellow", "groups/reviews/progress_words.html"


@register.simple_tag
def fellow_rows(cells: Iterable[MemberProgress]) -> SafeString:
    """Return a row for each of these cells of a topic."""
    row, words = Pattern(ROW), Pattern(WORDS)
    return SafeString("".join(_row(row, words, each) for each in cells))


def _row(row: Pattern, words: Pattern, cell: MemberProgress) -> SafeString:
    is_shown = cell.review_outcome or not cell.steps.hidden
    values = {
        "initials": cell.column.membership.person.initials,
        "name": cell.column.name,
        "words": words.fill((cell.review_outcome, cell.steps), lambda: {"cell": cell}, {}),
        "glyph": steps_glyph(cell.steps, cell.column.name) if is_shown else "",
    }
    shown = {name: mark(name) for name in ("name", "words", "glyph")}
    return row.fill((), lambda: shown | {"person": PatternAuthor(), "user": None}, values)

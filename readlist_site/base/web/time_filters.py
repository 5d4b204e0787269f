"""How pages speak of times: in the reader's zone, near ones by their day, each as a `<time>` that says all of it.

Template builtins: `{{ when|exact_time }}` where the minute matters, `{{ when|short_time }}` in narrow rows.
"""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as in_words
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def _element(when: datetime, words: str) -> SafeString:
    local = timezone.localtime(when)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        in_words(local, "l j F Y, H:i T"),
        words,
    )


@register.filter
def exact_time(when: datetime | None) -> SafeString | str:
    """ "today, 13:20", "yesterday, 13:20", "Friday 20 Nov, 19:12"; of another year "20 Nov 2025, 19:12"."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localdate()
    days = (today - local.date()).days
    if days in (0, 1):
        return _element(when, f"{'yesterday' if days else 'today'}, {in_words(local, 'H:i')}")
    return _element(when, in_words(local, "l j M, H:i" if local.year == today.year else "j M Y, H:i"))


@register.filter
def short_time(when: datetime | None) -> SafeString | str:
    """ "13:20" of today, "Monday" of the last six days, "20 Nov" of this year, else "20 Nov 2025"."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localdate()
    days = (today - local.date()).days
    if days == 0:
        return _element(when, in_words(local, "H:i"))
    if 0 < days < 7:
        return _element(when, in_words(local, "l"))
    return _element(when, in_words(local, "j M" if local.year == today.year else "j M Y"))


@register.filter
def time_since(when: datetime | None) -> str:
    """How long ago, in one unit: "2 days", "3 hours", "a few minutes"."""
    if when is None:
        return ""
    ago = timezone.now() - when
    for count, unit in ((ago.days, "day"), (ago.seconds // 3600, "hour")):
        if count > 0:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "a few minutes"


@register.filter
def full_date(when: datetime | None) -> SafeString | str:
    """ "20 Nov" of this year, else "20 Nov 2025": what is read, or printed, long afterwards."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return _element(when, in_words(local, "j M" if local.year == timezone.localdate().year else "j M Y"))

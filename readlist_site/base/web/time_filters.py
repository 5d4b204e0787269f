"""Template filters that show times as `<time>` elements in the reader's time zone, with the full date as a tooltip.

They are template builtins: `{{ when|exact_time }}` where the minute matters, `{{ when|short_time }}` in narrow rows."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def _element(when: datetime, text: str) -> SafeString:
    local = timezone.localtime(when)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        format_date(local, "l j F Y, H:i T"),
        text,
    )


@register.filter
def exact_time(when: datetime | None) -> SafeString | str:
    """Returns "today, 13:20", "yesterday, 13:20", "Friday 20 Nov, 19:12" or, for another year, "20 Nov 2025, 19:12"."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localdate()
    days = (today - local.date()).days
    if days in (0, 1):
        return _element(when, f"{'yesterday' if days else 'today'}, {format_date(local, 'H:i')}")
    return _element(when, format_date(local, "l j M, H:i" if local.year == today.year else "j M Y, H:i"))


@register.filter
def short_time(when: datetime | None) -> SafeString | str:
    """Returns "13:20" for today, "Monday" for the last six days, "20 Nov" for this year, else "20 Nov 2025"."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localdate()
    days = (today - local.date()).days
    if days == 0:
        return _element(when, format_date(local, "H:i"))
    if 0 < days < 7:
        return _element(when, format_date(local, "l"))
    return _element(when, format_date(local, "j M" if local.year == today.year else "j M Y"))


@register.filter
def time_since(when: datetime | None) -> str:
    """Returns how long ago, in one unit: "2 days", "3 hours", "a few minutes"."""
    if when is None:
        return ""
    ago = timezone.now() - when
    for count, unit in ((ago.days, "day"), (ago.seconds // 3600, "hour")):
        if count > 0:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "a few minutes"


@register.filter
def full_date(when: datetime | None) -> SafeString | str:
    """Returns "20 Nov" for this year, else "20 Nov 2025": for pages read or printed much later."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return _element(when, format_date(local, "j M" if local.year == timezone.localdate().year else "j M Y"))

"""Template filters that show times in the reader's time zone and language. Most give `<time>` elements with the full
date as a tooltip.

They are template builtins: `{{ when|exact_time }}` where the minute matters, `{{ when|short_time }}` in narrow rows; in
mails and files, which have no tooltips, `{{ when|full_date_and_time }}`, `{{ when|weekday_time }}`."""

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from functools import lru_cache, wraps

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from readlist_site.base.languages.formats import format_time, format_weekday

register = template.Library()

TIME, DAY, DAY_OF_YEAR, LONG_DATE = "Hm", "MMMd", "yMMMd", "yMMMMd"


def _dated(date: str, time: str) -> str:
    return _("%(date)s, %(time)s") % {"date": date, "time": time}


def _element(when: datetime, text: str) -> SafeString:
    local = timezone.localtime(when)
    title = _dated(format_time(when, "yMMMMEEEEd"), f"{local:%H:%M %Z}")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        title,
        text,
    )


def _days_ago(when: datetime) -> int:
    return (timezone.localdate() - timezone.localdate(when)).days


def _is_this_year(when: datetime) -> bool:
    return timezone.localdate(when).year == timezone.localdate().year


def _reader() -> tuple[tzinfo, str | None, date]:
    """What a time's text depends on: the reader's time zone, language and day."""
    zone = timezone.get_current_timezone()
    return zone, get_language(), timezone.localdate(timezone=zone)


def _kept(shown: Callable[[datetime], SafeString]) -> Callable[[datetime | SafeString | None], SafeString | str]:
    """Keep the latest texts of a filter: pages show the same times again and again. What they depend on is part of
    their key; `on_page` returns the filter for a page with many times, which asks for that once. What is formatted
    already, or the mark of a template pattern, stays as it is."""

    @lru_cache(maxsize=4_096)
    def kept(when: datetime, zone: tzinfo, language: str | None, today: date) -> SafeString:
        return shown(when)

    @wraps(shown)
    def shown_to_reader(when: datetime | SafeString | None) -> SafeString | str:
        if when is None or isinstance(when, str):
            return when or ""
        return kept(when, *_reader())

    def on_page() -> Callable[[datetime | None], SafeString | str]:
        reader = _reader()
        return lambda when: kept(when, *reader) if when else ""

    shown_to_reader.on_page = on_page
    return shown_to_reader


@register.filter
@_kept
def exact_time(when: datetime) -> SafeString:
    """Returns "today, 13:20", "yesterday, 13:20", "Friday 20 Nov, 19:12" or, for another year, "20 Nov 2025, 19:12"."""
    days, time = _days_ago(when), format_time(when, TIME)
    if days == 0:
        return _element(when, _("today, %(time)s") % {"time": time})
    if days == 1:
        return _element(when, _("yesterday, %(time)s") % {"time": time})
    date = format_time(when, "MMMEEEEd" if _is_this_year(when) else DAY_OF_YEAR)
    return _element(when, _dated(date, time))


@register.filter
@_kept
def short_time(when: datetime) -> SafeString:
    """Returns "13:20" for today, "Monday" for the last six days, "20 Nov" for this year, else "20 Nov 2025"."""
    days = _days_ago(when)
    if days == 0:
        return _element(when, format_time(when, TIME))
    if 0 < days < 7:
        return _element(when, format_weekday(when))
    return _element(when, format_time(when, DAY if _is_this_year(when) else DAY_OF_YEAR))


@register.filter
def time_since(when: datetime | None) -> str:
    """Returns how long ago, in one unit: "2 days", "3 hours", "a few minutes"."""
    if when is None:
        return ""
    ago = timezone.now() - when
    if ago.days > 0:
        return ngettext("%(count)s day", "%(count)s days", ago.days) % {"count": ago.days}
    if hours := ago.seconds // 3600:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return _("a few minutes")


@register.filter
@_kept
def full_date(when: datetime) -> SafeString:
    """Returns "20 November 2025": for pages read or printed much later."""
    return _element(when, format_time(when, "yMMMMd"))


@register.filter
def full_date_and_time(when: datetime) -> str:
    """Returns plain text: "Wednesday 25 November, 13:00"."""
    return _dated(format_time(when, "MMMMEEEEd"), format_time(when, TIME))


@register.filter
def weekday_time(when: datetime) -> str:
    """Returns plain text: "Friday, 19:12"."""
    return _dated(format_weekday(when), format_time(when, TIME))


@register.filter
def long_date(when: datetime) -> str:
    """Returns plain text: "25 November 2026"."""
    return format_time(when, LONG_DATE)


@register.filter
def long_date_and_time(when: datetime) -> str:
    """Returns plain text with the time zone, for what is read elsewhere and later: "25 November 2026, 13:00 CET"."""
    return _dated(format_time(when, LONG_DATE), f"{timezone.localtime(when):%H:%M %Z}")


@register.filter
def clock_time(when: datetime) -> str:
    """Returns plain text: "13:20"."""
    return format_time(when, TIME)


@register.filter
def weekday_date(when: datetime) -> str:
    """Returns plain text: "Friday 20 November"."""
    return format_time(when, "MMMMEEEEd")

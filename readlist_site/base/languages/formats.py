"""The active language as Babel knows it: dates, times and lists of names."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache

from babel import Locale
from babel.dates import DateTimePattern, match_skeleton, parse_pattern
from babel.lists import format_list
from django.utils import timezone
from django.utils.translation import get_language, to_locale

from .direction import isolated

# The weekday in a pattern, which is no part of quoted text.
_WEEKDAY = re.compile(r"E+(?=(?:[^']*'[^']*')*[^']*$)")


def active_locale() -> Locale:
    """Returns the Babel locale of the active language; that of English where translations are off."""
    return _locale(get_language() or "en-gb")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))


@cache
def _pattern(locale: Locale, skeleton: str) -> DateTimePattern:
    """Returns the locale's pattern for a skeleton. Where the locale has one with an abbreviated weekday only, as German
    ("Fr., 20. November"), the weekday gets the length that was asked for ("Freitag, 20. November"), as CLDR says."""
    pattern = locale.datetime_skeletons[match_skeleton(skeleton, locale.datetime_skeletons)].pattern
    if "EEEE" in skeleton:
        pattern = _WEEKDAY.sub("EEEE", pattern)
    return parse_pattern(pattern)


def format_time(when: datetime, skeleton: str) -> str:
    """Returns the time in the current time zone with the fields of a CLDR skeleton, in the order and with the
    punctuation of the active language: "MMMd" is "20 Nov", "yMMMMEEEEd" is "Friday, 20 November 2026"."""
    local = timezone.localtime(when).replace(tzinfo=None, second=0, microsecond=0)
    return _formatted(active_locale(), skeleton, local if "m" in skeleton else local.replace(hour=0, minute=0))


@lru_cache(maxsize=4_096)
def _formatted(locale: Locale, skeleton: str, local: datetime) -> str:
    """Pages show the same days again and again: as many formatted times are kept."""
    return _pattern(locale, skeleton).apply(local, locale)


def format_weekday(when: datetime) -> str:
    """Returns the name of the weekday in the current time zone: "Friday"."""
    return active_locale().days["stand-alone"]["wide"][timezone.localtime(when).weekday()]


def list_of_names(names: Iterable[str]) -> str:
    """Returns the names as one phrase: "Ada, Jonas and Priya"."""
    return format_list([isolated(str(name)) for name in names], locale=active_locale())

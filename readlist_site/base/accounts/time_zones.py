"""Time zones, by their IANA names; and the middleware that shows every time in the zone of the person who looks."""

import zoneinfo
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readlist_site.base.languages.formats import active_locale

# The beginnings of the names of time zones.
REGIONS = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Arctic": gettext_lazy("Arctic"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic Ocean"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific Ocean"),
}


@cache
def known_time_zones() -> frozenset[str]:
    """Returns UTC and every zone with a region, as the system knows them. Cached, since it reads 600 files."""
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")


def canonical_time_zone(name: str) -> str:
    """Returns the one name of several for the same time zone: Asia/Kolkata for Asia/Calcutta, UTC for Etc/Zulu and
    Etc/GMT-0. A name that isn't known is returned as it is."""
    canonical = get_global("zone_aliases").get(name, name)
    return "UTC" if canonical in {"Etc/UTC", "Etc/GMT"} else canonical


def time_zone_choices(present: str = "") -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Returns UTC, then each region with its time zones, as choices of a select in the active language. Of several
    names for one zone only the canonical one is among them; `present` is added if it is none of those."""
    offered = _zones_by_region(active_locale())
    zones = [
        (str(name), [(zone, city) for city, zone in offered[region]])
        for region, name in REGIONS.items()
        if region in offered
    ]
    choices = [("UTC", "UTC"), *zones]
    is_offered = any(present == zone for _, region in choices[1:] for zone, _ in region)
    return choices if not present or present == "UTC" or is_offered else [*choices, (present, present)]


@cache
def _zones_by_region(locale: Locale) -> dict[str, list[tuple[str, str]]]:
    """Returns the cities of each region, sorted, with the time zone's name."""
    found = defaultdict(list)
    for zone in get_global("zone_territories"):
        region = zone.partition("/")[0]
        if region in REGIONS and zone in known_time_zones():
            found[region].append((get_timezone_location(zone, locale=locale, return_city=True), zone))
    return {region: sorted(cities) for region, cities in found.items()}


class TimeZoneField(forms.ChoiceField):
    """A time zone that is offered, or the one that a person has already, by its canonical name."""

    def __init__(self, **kwargs) -> None:
        super().__init__(label=gettext_lazy("Time zone"), choices=time_zone_choices, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        present = canonical_time_zone(form.initial.get(field_name) or "")
        self.choices = time_zone_choices(present)
        return super().get_bound_field(form, field_name)

    def to_python(self, value: str | None) -> str:
        return canonical_time_zone(super().to_python(value))

    def prepare_value(self, value: str | None) -> str:
        return canonical_time_zone(value or "")


def validate_time_zone(name: str) -> None:
    """Raises ValidationError for a name that is no IANA time zone."""
    if name not in known_time_zones():
        raise ValidationError(_("This server doesn’t know this time zone."), code="invalid")


class TimeZoneMiddleware:
    """Activates the signed-in person's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone):
            return self.get_response(request)

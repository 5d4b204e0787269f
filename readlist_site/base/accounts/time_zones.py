"""Time zones, by their IANA names; and the middleware that shows every time in the zone of the person who looks."""

import zoneinfo
from collections.abc import Callable
from functools import cache
from itertools import groupby

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


@cache
def known_time_zones() -> frozenset[str]:
    """Returns UTC and every zone with a region, as the system knows them. Cached, since it reads 600 files."""
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")


@cache
def time_zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Returns them as choices of a select: UTC, then each region with its zones."""
    zones = sorted(known_time_zones() - {"UTC"})
    regions = groupby(zones, key=lambda name: name.partition("/")[0])
    return [("UTC", "UTC"), *((region, [(name, _zone_label(name)) for name in names]) for region, names in regions)]


def _zone_label(name: str) -> str:
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:]))


def validate_time_zone(name: str) -> None:
    """Raises ValidationError for a name that is no IANA time zone."""
    if name not in known_time_zones():
        raise ValidationError("That is no time zone that this server knows.", code="invalid")


class TimeZoneMiddleware:
    """Activates the signed-in person's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.zone):
            return self.get_response(request)

"""Time zones, by their IANA names."""

import zoneinfo
from functools import cache
from itertools import groupby

from django.core.exceptions import ValidationError


@cache
def known() -> frozenset[str]:
    """Every name that this server knows, old ones included. Asking the system walks a folder of 600 files."""
    return frozenset(zoneinfo.available_timezones())


@cache
def time_zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Those a person can choose from, for a select: UTC, then each region with its places."""
    placed = sorted(name for name in known() if "/" in name)
    regions = groupby(placed, key=lambda name: name.partition("/")[0])
    return [("UTC", "UTC"), *((region, [(name, _place(name)) for name in names]) for region, names in regions)]


def _place(name: str) -> str:
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:]))


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for a name that is no IANA time zone."""
    if name not in known():
        raise ValidationError("That is no time zone that this server knows.", code="invalid")

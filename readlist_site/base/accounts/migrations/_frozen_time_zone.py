"""Which time zones the first migration took: a frozen copy, never changed.

The underscore keeps Django from taking this module for a migration."""

import zoneinfo

from django.core.exceptions import ValidationError


def validate_time_zone(name):
    if name != "UTC" and ("/" not in name or name not in zoneinfo.available_timezones()):
        raise ValidationError("That is no time zone that this server knows.", code="invalid")

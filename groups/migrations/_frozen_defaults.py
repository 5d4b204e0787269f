"""The defaults of claims and invitations as the first migration had them: a frozen copy, never changed.

The underscore keeps Django from taking this module for a migration."""

import secrets
from datetime import timedelta

from django.utils import timezone


def in_three_days():
    return timezone.now() + timedelta(days=3)


def new_token():
    return secrets.token_urlsafe(24)


def in_two_weeks():
    return timezone.now() + timedelta(days=14)

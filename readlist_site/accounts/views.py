"""A person's own settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def settings_page(request: HttpRequest) -> HttpResponse:
    """Name, time zone and theme; the ways to e-mail and password."""
    return render(request, "accounts/settings.html")

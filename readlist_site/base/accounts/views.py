"""A person's own settings."""

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .forms import SettingsForm


def settings_page(request: HttpRequest) -> HttpResponse:
    """Name, time zone and theme; the ways to e-mail and password."""
    # Tried on a copy: a name that is refused must not show in the page's own header.
    person = copy(request.user)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.is_bound else 200)

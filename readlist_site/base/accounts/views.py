"""The settings page."""

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from readlist_site.base.web.cache_control import never_stored

from .forms import SettingsForm


@never_stored
def settings_page(request: HttpRequest) -> HttpResponse:
    """Shows and saves name, time zone, language and theme, and links to e-mail address and password."""
    # Validated on a copy, so that an invalid name doesn't appear in the page's header.
    person = copy(request.user)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, _("Settings saved."))
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.is_bound else 200)

"""The page "Sessions": where one is signed in, and signing out elsewhere."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from readlist_site.base.accounts.known_browser import forget_browsers, remember_browser
from readlist_site.base.web.pagination import whole_number

from .session_list import end_sessions, sessions_of


@require_http_methods(["GET", "HEAD", "POST"])
def session_list(request: HttpRequest) -> HttpResponse:
    """Shows the person's sessions. A form that is sent ends the one that its `session` names, or all of them without
    it; never the one that sends it. All other browsers are unknown to the account then: see `known_browser.py`."""
    if request.method != "POST":
        return render(request, "usersessions/usersession_list.html", {"sessions": sessions_of(request)})
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    if "session" in request.POST:
        end_sessions(others.filter(pk=whole_number(request.POST["session"])))
        messages.success(request, _("Session signed out."))
    else:
        end_sessions(others)
        messages.success(request, _("All other sessions signed out."))
    forget_browsers(request.user)
    return remember_browser(request, redirect("usersessions_list"), request.user)

"""Announcements as one browser shows them: without those that were dismissed there."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.login_required import page_before

from .announcement import Announcement, current_announcements

COOKIE = "dismissed_announcements"
COOKIE_AGE = 365 * 24 * 3600


def announcements_for(request: HttpRequest) -> list[Announcement]:
    """Returns the current announcements that weren't dismissed in this browser."""
    found = current_announcements()
    dismissed = request.COOKIES.get(COOKIE, "").split(".") if found else []
    return [each for each in found if each.dismissal_key not in dismissed]


@login_not_required
@form_on(lambda request, key: "home")
def dismiss_announcement(request: HttpRequest, key: str) -> HttpResponse:
    """Hides one in this browser, by a cookie that holds no others than current ones, and goes back to the page. An
    HTMX request gets nothing to put in its place."""
    hidden = [*request.COOKIES.get(COOKIE, "").split("."), key]
    page = page_before(request)
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        page = "home"
    response = HttpResponse() if request.htmx else redirect(page)
    response.set_cookie(
        COOKIE,
        ".".join(each.dismissal_key for each in current_announcements() if each.dismissal_key in hidden),
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response

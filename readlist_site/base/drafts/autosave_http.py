"""Requests and responses of autosave. `static/js/draft.js` is the client."""

import re
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from readlist_site.base.web.time_filters import clock_time

from .conflict_diff import Conflict
from .draft import AbstractDraft

CHOICES = ("keep", "take", "merge")
# The format of `AbstractDraft.version_token`.
VERSION_TOKEN = re.compile(r"[0-9a-z]{1,20}\.[0-9]{1,20}")
# Seconds that the browser has to load a page which reads the cookie.
ARRIVED_MAX_AGE = 24 * 60 * 60


def autosave_state(request: HttpRequest) -> dict:
    """Returns the draft version that the page has seen and the id of its tab, as arguments for `save_draft`. Invalid
    values count as missing.

    With a conflict choice, the version seen is that of the other text, `over`."""
    seen = request.POST.get("over" if conflict_choice(request) else "seen", "")
    try:
        tab_id = UUID(request.POST.get("tab", ""))
    except ValueError:
        tab_id = None
    return {"seen": seen if VERSION_TOKEN.fullmatch(seen) else "", "tab_id": tab_id}


def conflict_choice(request: HttpRequest) -> str:
    """Returns the person's decision on a conflict: "keep", "take" or "merge"; "" if there was none."""
    choice = request.POST.get("choice", "")
    return choice if choice in CHOICES else ""


def is_autosave(request: HttpRequest) -> bool:
    """Returns whether a script sent this request, as opposed to a form submission, which needs a page."""
    return request.headers.get("X-Requested-With") == "fetch"


def saved_response(
    request: HttpRequest,
    draft: AbstractDraft | None,
    *,
    otherwise: str = "",
    has_updates: bool = False,
) -> JsonResponse:
    """Returns the JSON response to a successful save: the new version, and the time. Without a draft, `otherwise`
    explains why there is none; nothing was typed, if it is empty. `has_updates` tells the page to fetch updates."""
    if draft is None:
        otherwise = otherwise or _("Nothing to save yet")
        return JsonResponse({"seen": "", "saved": "", "says": otherwise, "has_updates": has_updates})
    at = clock_time(draft.saved_at)
    saved = {"seen": draft.version_token, "saved": at, "says": _("Saved %(time)s") % {"time": at}}
    return JsonResponse(saved | {"has_updates": has_updates})


def mark_arrived(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Sets the cookie that makes the next page delete the browser's copy of this tab's text, since the server has saved
    it."""
    if tab_id := autosave_state(request)["tab_id"]:
        name, secure = f"arrived_{tab_id.hex}", settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, "1", max_age=ARRIVED_MAX_AGE, secure=secure, samesite="Lax")
    return response


def conflict_response(request: HttpRequest, conflict: Conflict, *, form: str, action: str) -> HttpResponse:
    """Returns the 409 response with both texts. `form` is the id of the form on the page, `action` the URL that it is
    submitted to with a choice."""
    context = {"conflict": conflict, "form_id": form, "action": action}
    return render(request, "drafts/conflict.html", context, status=409)

"""What a page that saves itself sends, and what it is answered. `static/js/draft.js` is the other half."""

import re
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as in_words

from .conflict import Conflict
from .draft import AbstractDraft

CHOICES = ("keep", "take", "merge")
# How the `version_token` of what stands looks.
VERSION_TOKEN = re.compile(r"[0-9a-z]{1,20}\.[0-9]{1,20}")
# So long a page may take to hear that what it sent has arrived, in seconds.
ARRIVED_MAX_AGE = 24 * 60 * 60


def autosave_state(request: HttpRequest) -> dict:
    """Which version of the draft the page has seen, and which tab it is: for `save_draft`. Rubbish counts as nothing
    said.

    Who chose between two texts has seen the other one."""
    seen = request.POST.get("over" if conflict_choice(request) else "seen", "")
    try:
        tab_id = UUID(request.POST.get("tab", ""))
    except ValueError:
        tab_id = None
    return {"seen": seen if VERSION_TOKEN.fullmatch(seen) else "", "tab_id": tab_id}


def conflict_choice(request: HttpRequest) -> str:
    """What a person makes of two texts: "keep", "take" or "merge"; nothing where they were not asked."""
    choice = request.POST.get("choice", "")
    return choice if choice in CHOICES else ""


def is_autosave(request: HttpRequest) -> bool:
    """Whether the page has sent this by itself; else somebody pressed a button, and wants a page."""
    return request.headers.get("X-Requested-With") == "fetch"


def saved_response(
    request: HttpRequest,
    draft: AbstractDraft | None,
    *,
    otherwise: str = "Nothing to save yet",
    has_updates: bool = False,
) -> JsonResponse:
    """It is saved: the version to name next, and the server's time. Without a draft, why there is none. `has_updates`
    says that there is news, for the page to ask for."""
    if draft is None:
        return JsonResponse({"seen": "", "saved": "", "says": otherwise, "has_updates": has_updates})
    at = in_words(timezone.localtime(draft.saved_at), "H:i")
    return JsonResponse({"seen": draft.version_token, "saved": at, "says": f"Saved {at}", "has_updates": has_updates})


def mark_arrived(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a form that was sent and is kept from here on: the next page lets go of the browser's own copy."""
    if tab_id := autosave_state(request)["tab_id"]:
        name, secure = f"arrived_{tab_id.hex}", settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, "1", max_age=ARRIVED_MAX_AGE, secure=secure, samesite="Lax")
    return response


def conflict_response(request: HttpRequest, conflict: Conflict, *, form: str, action: str) -> HttpResponse:
    """It is not saved, since something else was meanwhile. `form` is the id of the form on the page, `action` where it
    is sent with a choice."""
    context = {"conflict": conflict, "form_id": form, "action": action}
    return render(request, "drafts/conflict.html", context, status=409)

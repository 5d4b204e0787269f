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
# How the `mark` of what stands looks.
MARK = re.compile(r"[0-9a-z]{1,20}\.[0-9]{1,20}")
# So long a page may take to hear that what it sent has arrived, in seconds.
HEARD = 24 * 60 * 60


def seen_by(request: HttpRequest) -> dict:
    """Which version of the draft the page has seen, and which tab it is: for `keep`. Rubbish counts as nothing said.

    Who chose between two texts has seen the other one."""
    seen = request.POST.get("over" if chosen(request) else "seen", "")
    try:
        tab = UUID(request.POST.get("tab", ""))
    except ValueError:
        tab = None
    return {"seen": seen if MARK.fullmatch(seen) else "", "tab": tab}


def chosen(request: HttpRequest) -> str:
    """What a person makes of two texts: "keep", "take" or "merge"; nothing where they were not asked."""
    choice = request.POST.get("choice", "")
    return choice if choice in CHOICES else ""


def is_fetched(request: HttpRequest) -> bool:
    """Whether the page has sent this by itself; else somebody pressed a button, and wants a page."""
    return request.headers.get("X-Requested-With") == "fetch"


def saved(
    request: HttpRequest,
    draft: AbstractDraft | None,
    *,
    otherwise: str = "Nothing to save yet",
    notice: bool = False,
) -> JsonResponse:
    """It is saved: the version to name next, and the server's time. Without a draft, why there is none. `notice` says
    that there is news, for the page to ask for."""
    if draft is None:
        return JsonResponse({"seen": "", "saved": "", "says": otherwise, "notice": notice})
    at = in_words(timezone.localtime(draft.saved_at), "H:i")
    return JsonResponse({"seen": draft.mark, "saved": at, "says": f"Saved {at}", "notice": notice})


def arrived(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a form that was sent and is kept from here on: the next page lets go of the browser's own copy."""
    if tab := seen_by(request)["tab"]:
        name, secure = f"arrived_{tab.hex}", settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, "1", max_age=HEARD, secure=secure, samesite="Lax")
    return response


def overtaken(request: HttpRequest, conflict: Conflict, *, form: str, action: str) -> HttpResponse:
    """It is not saved, since something else was meanwhile. `form` is the id of the form on the page, `action` where it
    is sent with a choice."""
    context = {"conflict": conflict, "form_id": form, "action": action}
    return render(request, "draft/conflict.html", context, status=409)

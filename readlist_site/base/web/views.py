"""Pages that belong to no one concept: whether the server is well, and the preview of what stands in a text box."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from readlist_site.base import text

from .rate_limit import is_rate_limited

# More than anybody's pauses in typing within a minute.
PREVIEWS_PER_MINUTE = 90


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and "ok" when the database answers; an exception, and so a 500, when it doesn't."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Renders what was typed into the box that `?box=` names, says what is wrong with it, and keeps nothing."""
    if is_rate_limited(request.user, "preview", limit=PREVIEWS_PER_MINUTE):
        return render(request, "preview/shown.html", {"throttled": True}, status=429)
    typed = request.POST.get(request.GET.get("box", ""), "").strip()
    try:
        shown = {"rendered": text.render(typed)} if typed else {}
    except text.TextTooLong:
        shown = {"too_long": True}
    return render(request, "preview/shown.html", shown)

"""Views that belong to no app: the health check and the preview of Markdown fields."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from readlist_site.base import text

from .rate_limit import is_rate_limited

# More than a person triggers by pausing while typing for a minute.
PREVIEWS_PER_MINUTE = 90


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Responds with 200 and "ok". Raises the database's error, and so responds with 500, if it can't be reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Renders the text of the field that `?box=` names, with an error if it is too long. Saves nothing. Responds with
    429 above the rate limit."""
    if is_rate_limited(request.user, "preview", limit=PREVIEWS_PER_MINUTE):
        return render(request, "preview/shown.html", {"throttled": True}, status=429)
    source = request.POST.get(request.GET.get("box", ""), "").strip()
    try:
        context = {"rendered": text.render(source)} if source else {}
    except text.TextTooLong:
        context = {"too_long": True}
    return render(request, "preview/shown.html", context)

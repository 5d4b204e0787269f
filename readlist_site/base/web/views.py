"""Views that belong to no app: the health check and the preview of Markdown fields."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from readlist_site.base import text
from readlist_site.base.rate_limits.limit import LimitReached

from .rate_limit_http import refuse


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
    429 if the person's texts have taken too much time."""
    source = request.POST.get(request.GET.get("box", ""), "")
    try:
        context = {"rendered": text.render(source)} if source.strip() else {}
    except text.TextTooLong:
        context = {"too_long": True}
    except LimitReached as refusal:
        context = {"refusal": refuse(request, refusal)}
    return render(request, "preview/shown.html", context)

"""The preview of Markdown fields that have no preview view of their own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from readlist_site.base import text

from .rate_limit import is_rate_limited

# More than a person triggers by pausing while typing for a minute.
PREVIEWS_PER_MINUTE = 90


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

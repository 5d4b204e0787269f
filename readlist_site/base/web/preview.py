"""What stands in a box, as it will be read: for every box without a preview of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from readlist_site.base import text

from .rate_limit import is_rate_limited

# More than anybody's pauses in typing within a minute.
PREVIEWS_PER_MINUTE = 90


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

"""The preview of a summary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from catalog.outline.section import Section
from notes.forms import SummaryForm
from notes.notebook import notebooks_for
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.rate_limit import is_rate_limited
from readlist_site.base.web.views import PREVIEWS_PER_MINUTE


@require_POST
def summary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Renders the text and counts its lines. Saves nothing. Responds with 429 above the rate limit."""
    topic = get_object_or_404(Section.objects.visible_to(request.user).topics(), pk=pk)
    if is_rate_limited(request.user, "preview", limit=PREVIEWS_PER_MINUTE):
        return _throttled(request)
    form = SummaryForm(notebooks_for(request.user, [topic])[topic.pk], request.POST)
    form.is_valid()
    template = "notes/summary_changed.html" if wants_partial(request) else "notes/summary_preview.html"
    return render(request, template, {"form": form, "topic": topic, "in_list": True})


def _throttled(request: HttpRequest) -> HttpResponse:
    """Responds with 429: the preview stays as it is, with a message."""
    if not wants_partial(request):
        return render(request, "429.html", status=429)
    answer = render(request, "notes/preview.html#throttled", {"throttled": True}, status=429)
    return reswap(retarget(answer, "#preview-throttled"), "outerHTML")

"""The preview of a summary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django_htmx.http import reswap, retarget

from catalog.outline.section import Section
from notes.forms import SummaryForm
from notes.notebook import notebooks_for
from readlist_site.base.rate_limits.limit import LimitReached
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.rate_limit_http import refuse


@form_on("summary")
def summary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Renders the text and counts its lines. Saves nothing. Responds with 429 if the person's texts have taken too
    much time."""
    topic = get_object_or_404(Section.objects.visible_to(request.user).topics(), pk=pk)
    form = SummaryForm(notebooks_for(request.user, [topic])[topic.pk], request.POST)
    form.is_valid()
    try:
        form.rendered  # noqa: B018 (it is rendered here, not in the template)
    except LimitReached as refusal:
        if not wants_partial(request):
            raise
        answer = render(request, "notes/preview_refused.html", {"refusal": refuse(request, refusal)})
        return reswap(retarget(answer, "#preview-refused"), "outerHTML")
    template = "notes/summary_changed.html" if wants_partial(request) else "notes/summary_preview.html"
    return render(request, template, {"form": form, "topic": topic, "in_list": True})

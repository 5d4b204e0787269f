"""What a summary looks like while it is being written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from catalog.models import Section
from notes.forms import SummaryForm
from notes.notebook import my_notebook
from readlist_site.web.htmx import wants_partial


@require_POST
def summary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Renders and counts what was typed, and keeps nothing."""
    topic = get_object_or_404(Section.objects.topics(), pk=pk)
    form = SummaryForm(my_notebook(request.user, [topic])[topic.pk], request.POST)
    form.is_valid()
    shown = "notes/summary_changed.html" if wants_partial(request) else "notes/summary_preview.html"
    return render(request, shown, {"form": form, "topic": topic, "in_list": True})

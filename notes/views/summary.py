"""What a summary looks like while it is being written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from catalog.models import Section
from notes.forms import SummaryForm
from notes.notebook import my_notebook


@require_POST
def summary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Renders and counts what was typed, and keeps nothing. Who asks without JavaScript gets the same, in pieces."""
    topic = get_object_or_404(Section.objects.topics(), pk=pk)
    form = SummaryForm(my_notebook(request.user, [topic])[topic.pk], request.POST)
    form.is_valid()
    return render(request, "notes/summary_changed.html", {"form": form, "draft": form.notebook.draft})

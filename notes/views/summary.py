"""What a summary looks like while it is being written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from catalog.models import Section
from notes.forms import SummaryForm
from notes.notebook import my_notebook
from readlist_site.web.htmx import wants_partial
from readlist_site.web.often import too_often
from readlist_site.web.preview import MOST


@require_POST
def summary_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Renders and counts what was typed, and keeps nothing."""
    topic = get_object_or_404(Section.objects.visible_to(request.user).topics(), pk=pk)
    if too_often(request.user, "preview", most=MOST):
        return _rests(request)
    form = SummaryForm(my_notebook(request.user, [topic])[topic.pk], request.POST)
    form.is_valid()
    shown = "notes/summary_changed.html" if wants_partial(request) else "notes/summary_preview.html"
    return render(request, shown, {"form": form, "topic": topic, "in_list": True})


def _rests(request: HttpRequest) -> HttpResponse:
    """The preview stays as it is, and says why."""
    if not wants_partial(request):
        return render(request, "429.html", status=429)
    answer = render(request, "notes/preview.html#rests", {"rests": True}, status=429)
    return reswap(retarget(answer, "#preview-rests"), "outerHTML")

"""Reporting a source as broken, wrong or outdated."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from catalog.curation.forms.report import ReportForm
from catalog.curation.report import Report
from catalog.sources.source import Source


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, with what one has reported of it already."""
    source = get_object_or_404(Source.objects.visible_to(request.user).by_id_or_merged_id(pk))
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.report(source, request.user):
        messages.success(request, "Reported. The curators look at it; you will be told.")
        return redirect(source)
    mine = Report.objects.of(request.user).open().filter(source=source)
    context = {"source": source, "form": form, "mine": mine, "in_list": True}
    return render(request, "catalog/curation/report.html", context, status=422 if form.is_bound else 200)

"""The admin of reports."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from catalog.curation.report import Report
from catalog.outline import tree_edits
from readlist_site.base.web.short_text import ShortTextField

from .base import WideInput
from .proposal import ProposalAdmin


class AcceptForm(forms.Form):
    """Accepts a report, with an optional message to its author and optionally retiring the entry. That option is left
    out for reports about the link, and if there is no entry or it is retired already."""

    word = ShortTextField(
        label="A word to the reader",
        max_length=500,
        required=False,
        widget=WideInput,
        help_text="Who reported it reads this.",
    )
    retire = forms.BooleanField(
        label="Retire the entry", required=False, help_text="Readers no longer see it; what people did stays."
    )

    def __init__(self, data=None, *, report: Report) -> None:
        super().__init__(data, prefix="accept")
        if report.is_of_link or report.entry is None or report.entry.retired_at:
            del self.fields["retire"]
        self.report = report

    @transaction.atomic
    def accept(self, *, by) -> None:
        """Accept the report, and retire the entry if chosen, in one transaction. Raises AlreadyDecided."""
        if self.cleaned_data.get("retire"):
            tree_edits.retire(self.report.entry, by=by)
        self.report.accept(self.cleaned_data["word"], by=by)


@admin.register(Report)
class ReportAdmin(ProposalAdmin):
    list_display = ["source", "kind", "text", "by", "at", "state"]
    list_filter = [*ProposalAdmin.list_filter, "kind"]
    list_select_related = ["source", "by"]
    search_fields = ["source__listed_title", "text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.select_related("source", "by", "entry__section__list", "entry__topic__list")

    def acceptance(self, request: HttpRequest, report: Report) -> HttpResponse | dict:
        """Accept the report. If it is about a link with an open link issue, redirects to that issue instead, whose
        resolution also decides the report."""
        is_accepted = request.POST.get("how") == "accept"
        issue = report.source.link_issue if report.is_of_link else None
        if issue and is_accepted:
            messages.info(request, f"Settle the link of “{report.source}”: the report is settled with it.")
            return redirect("admin:catalog_linkissue_change", issue.pk)
        accept = AcceptForm(request.POST if is_accepted else None, report=report)
        if accept.is_valid():
            accept.accept(by=request.user)
            messages.success(request, f"Accepted the report on “{report.source}”.")
            return redirect(self.changelist_url)
        return {"accept": None if issue else accept, "places": report.source.listed_entries(), "issue": issue}

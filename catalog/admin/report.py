"""The admin of reports."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.report import Report
from catalog.outline import tree_edits
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.short_text import ShortTextField

from .base import WideInput
from .proposal import ProposalAdmin


class AcceptForm(forms.Form):
    """Accepts a report, with a message to its author, which is required unless the report is about the link, and
    optionally retiring the entry. That option is left out for reports about the link, and if there is no entry or it is
    retired already."""

    word = ShortTextField(
        label=gettext_lazy("Message to the member"),
        max_length=500,
        widget=WideInput,
        help_text=gettext_lazy("The member who sent the report reads this."),
        error_messages={"required": gettext_lazy("Tell the member what you did about it.")},
    )
    retire = forms.BooleanField(
        label=gettext_lazy("Retire the entry"),
        required=False,
        help_text=gettext_lazy("Readers no longer see it. Nothing is deleted, and you can restore it."),
    )

    def __init__(self, data=None, *, report: Report) -> None:
        super().__init__(data, prefix="accept")
        if report.is_of_link or report.entry is None or report.entry.retired_at:
            del self.fields["retire"]
        # How a broken link was mended, its history says.
        self.fields["word"].required = not report.is_of_link
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
            messages.info(
                request,
                _("Resolve the link problem of “%(source)s”. This also resolves the report.")
                % {"source": isolated(report.source)},
            )
            return redirect("admin:catalog_linkissue_change", issue.pk)
        accept = AcceptForm(request.POST if is_accepted else None, report=report)
        if accept.is_valid():
            accept.accept(by=request.user)
            messages.success(request, _("Report on “%(source)s” resolved.") % {"source": isolated(report.source)})
            return redirect(self.changelist_url)
        return {"accept": None if issue else accept, "places": report.source.listed_entries(), "issue": issue}

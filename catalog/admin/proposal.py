"""The base of the admin of suggestions and reports, which can't be added, edited or deleted, only decided once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.curation.proposal import AlreadyDecided, Proposal
from readlist_site.base.web.pagination import whole_number


class StateFilter(admin.SimpleListFilter):
    """Filters by state; open proposals by default."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("accepted", "accepted"), ("declined", "declined"), ("all", "all")]

    def choices(self, changelist):
        for choice in super().choices(changelist):
            first = choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name])
            yield {**choice, "display": "waiting"} if first else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or Proposal.State.OPEN)


class ProposalAdmin(admin.ModelAdmin):
    """Subclasses implement `decision(request, proposal)`, which either carries out a submitted decision and returns a
    redirect, or returns the context of the page."""

    list_filter = [StateFilter]
    list_per_page = 50
    actions = None
    page_template = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    @property
    def changelist_url(self) -> str:
        """The address of the change list."""
        return reverse(f"admin:catalog_{self.opts.model_name}_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": f"{self.opts.verbose_name_plural}".capitalize()}
        return super().changelist_view(request, {**(extra_context or {}), **title})

    def decision(self, request: HttpRequest, proposal: Proposal) -> HttpResponse | dict:
        raise NotImplementedError

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """Show the proposal with its decision forms; POST decides it. A proposal that was decided already redirects to
        the change list with a warning."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        proposal = get_object_or_404(self.get_queryset(request), pk=whole_number(object_id))
        if request.method == "POST" and not proposal.is_open:
            return self._already_decided(request, proposal)
        try:
            answer = self.decision(request, proposal)
        except AlreadyDecided:
            return self._already_decided(request, proposal)
        if isinstance(answer, HttpResponse):
            return answer
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": str(proposal)}
        context |= {"proposal": proposal, **answer}
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, self.page_template, context, status=status)

    def _already_decided(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        now = self.model.objects.select_related("decided_by").filter(pk=proposal.pk).first()
        said = f"{now.decided_by or 'Somebody'} {now.state} it before you." if now else "It was taken back."
        messages.warning(request, f"“{proposal}”: {said} Nothing was changed.")
        return redirect(self.changelist_url)

"""The base of the admin of suggestions and reports, which can't be added, edited or deleted, only decided once."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.curation.proposal import AlreadyDecided, Proposal
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.admin_permissions import NoAdding, NoDeleting
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField

from .base import AdminPages, WideInput


class StateFilter(admin.SimpleListFilter):
    """Filters by state; open proposals by default."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("accepted", _("accepted")), ("declined", _("declined")), ("all", _("all"))]

    def choices(self, changelist):
        for choice in super().choices(changelist):
            first = choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name])
            yield {**choice, "display": _("open")} if first else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or Proposal.State.OPEN)


class DeclineForm(forms.Form):
    reason = ShortTextField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=WideInput,
        help_text=gettext_lazy("The member who sent this reads the reason."),
    )


class ProposalAdmin(NoAdding, NoDeleting, AdminPages, admin.ModelAdmin):
    """Subclasses implement `acceptance(request, proposal)`, which accepts the proposal and returns a redirect if that
    is submitted, and otherwise returns the context of the page."""

    list_filter = [StateFilter]
    list_per_page = 50
    actions = None

    @property
    def changelist_url(self) -> str:
        """The address of the change list."""
        return reverse(f"admin:catalog_{self.opts.model_name}_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, {**(extra_context or {}), **title})

    def acceptance(self, request: HttpRequest, proposal: Proposal) -> HttpResponse | dict:
        raise NotImplementedError

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """Show the proposal with its decision forms; POST decides it. A proposal that was decided already redirects to
        the change list with a warning."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        proposal = get_object_or_404(self.get_queryset(request), pk=whole_number(object_id))
        if request.method == "POST" and not proposal.is_open:
            return self._already_decided(request, proposal)
        decline = DeclineForm(request.POST if request.POST.get("how") == "decline" else None)
        try:
            if decline.is_valid():
                proposal.decline(decline.cleaned_data["reason"], by=request.user)
                messages.success(request, _("“%(title)s” declined.") % {"title": isolated(proposal)})
                return redirect(self.changelist_url)
            answer = self.acceptance(request, proposal)
        except AlreadyDecided:
            return self._already_decided(request, proposal)
        if isinstance(answer, HttpResponse):
            return answer
        context = {"title": str(proposal), "proposal": proposal, "decline": decline, **answer}
        status = 422 if request.method == "POST" else 200
        return self.admin_page(request, f"{self.opts.model_name}/page.html", status=status, **context)

    def _already_decided(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        now = self.model.objects.select_related("decided_by").filter(pk=proposal.pk).first()
        facts = {"title": proposal, "curator": now.decided_by if now else ""}
        if now is None:
            message = _("“%(title)s” was withdrawn, so nothing was changed.")
        elif not now.decided_by:
            message = _("“%(title)s” was already decided, so nothing was changed.")
        elif now.state == Proposal.State.ACCEPTED:
            message = _("%(curator)s already accepted “%(title)s”, so nothing was changed.")
        else:
            message = _("%(curator)s already declined “%(title)s”, so nothing was changed.")
        messages.warning(request, message % facts)
        return redirect(self.changelist_url)

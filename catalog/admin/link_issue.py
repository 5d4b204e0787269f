"""The admin of link issues: a queue of the open ones with three ways to resolve each, and the resolved ones."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalog.curation.link_issue_queue import link_issue_rows
from catalog.links.link_issue import AlreadyResolved, LinkIssue, UrlTaken
from catalog.sources.fields import LinkField
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.admin_permissions import NoAdding, NoDeleting
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import ShortTextField

from .base import AdminPages
from .where_listed import known_source_message

PER_PAGE = 40
_SAID = {
    LinkIssue.Resolution.BETTER: gettext_lazy("“%(source)s” now has the better link."),
    LinkIssue.Resolution.OTHER: gettext_lazy("“%(source)s” now has the new link."),
    LinkIssue.Resolution.DISMISSED: gettext_lazy("“%(source)s” keeps its link."),
}


class ResolveForm(forms.Form):
    """Resolves a link issue. OTHER requires `url`, DISMISSED requires `reason`."""

    how = forms.ChoiceField(choices=LinkIssue.Resolution.choices)
    seen = forms.CharField(required=False)
    url = LinkField(label=gettext_lazy("New link"), required=False)
    reason = ShortTextField(label=gettext_lazy("Reason"), max_length=500, required=False)

    def __init__(self, issue: LinkIssue, data=None) -> None:
        super().__init__(data, auto_id=f"link-issue-{issue.pk}-%s")
        self.issue = issue
        self.taken = None

    def clean(self) -> dict:
        data = super().clean()
        how = data.get("how")
        if how == LinkIssue.Resolution.OTHER and "url" not in self.errors and not data.get("url"):
            self.add_error("url", _("Enter the new link."))
        if how == LinkIssue.Resolution.OTHER and data.get("url") == self.issue.source.url:
            self.add_error("url", _("This is the present link. If it works, keep it and give a reason."))
        if how == LinkIssue.Resolution.DISMISSED and "reason" not in self.errors and not data.get("reason"):
            self.add_error("reason", _("Give a reason for other curators."))
        return data

    def resolve(self, *, by) -> bool:
        """Resolve the issue. Returns False, with an error on `url`, if another source has the URL or if the better link
        isn't a web address. Raises AlreadyResolved."""
        data = self.cleaned_data
        try:
            match data["how"]:
                case LinkIssue.Resolution.BETTER:
                    self.issue.accept_better_url(by, seen=data["seen"])
                case LinkIssue.Resolution.OTHER:
                    self.issue.replace_url(data["url"], by)
                case _:
                    self.issue.dismiss(data["reason"], by)
        except UrlTaken as known:
            self.taken = known.source
            self.add_error("url", known_source_message(known.source))
            return False
        except ValueError as error:
            self.add_error("url", _("The better link can’t be used. %(reason)s") % {"reason": error})
            return False
        return True


@admin.register(LinkIssue)
class LinkIssueAdmin(NoAdding, NoDeleting, AdminPages, admin.ModelAdmin):
    """Replaces Django's change list by the queue, or by the resolved link issues with `?settled=`."""

    def get_urls(self) -> list:
        on_queue = form_on(lambda request, pk: reverse("admin:catalog_linkissue_change", args=[pk]))
        resolve = self.admin_site.admin_view(on_queue(self.resolve_view))
        reopen = self.admin_site.admin_view(on_queue(self.reopen_view))
        return [
            path("<key:pk>/settlement/", resolve, name="catalog_linkissue_resolve"),
            path("<key:pk>/reopening/", reopen, name="catalog_linkissue_reopen"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Show the open link issues or, with `?settled=`, the resolved ones, from the issue `?from=` on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        start = LinkIssue.objects.filter(pk=whole_number(request.GET.get("from"))).first()
        if "settled" in request.GET:
            return self._resolved_page(request, start)
        return self._queue(request, start if start and not start.resolved_at else None)

    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None) -> HttpResponse:
        """Redirect to the link issue in the queue, since it has no page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        issue = get_object_or_404(LinkIssue, pk=whole_number(object_id))
        return HttpResponseRedirect(self._address(issue))

    def reopen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reopen a link issue that a curator dismissed, and redirect to it in the queue."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        issue = get_object_or_404(LinkIssue.objects.select_related("source"), pk=pk)
        try:
            issue.reopen(request.user)
        except AlreadyResolved:
            messages.warning(
                request,
                _("The link problem of “%(source)s” can’t be reopened.") % {"source": isolated(issue.source)},
            )
        else:
            messages.success(request, _("Link problem of “%(source)s” reopened.") % {"source": isolated(issue.source)})
        return HttpResponseRedirect(self._address(issue))

    def resolve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Resolve a link issue. Responds with its row for htmx, else redirects to the next issue in the queue."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        issue = get_object_or_404(LinkIssue.objects.select_related("source"), pk=pk)
        following, form = LinkIssue.objects.open().after(issue).first(), ResolveForm(issue, request.POST)
        try:
            resolved = form.is_valid() and form.resolve(by=request.user)
        except AlreadyResolved:
            return self._answer(request, pk, following, messages.WARNING, _stale_message(pk))
        if not resolved:
            return self._refuse(request, form)
        return self._answer(
            request,
            pk,
            following,
            messages.SUCCESS,
            _SAID[form.cleaned_data["how"]] % {"source": isolated(issue.source)},
        )

    def _answer(
        self, request: HttpRequest, pk: int, following: LinkIssue | None, level: int, message: str
    ) -> HttpResponse:
        if wants_partial(request):
            issue = LinkIssue.objects.select_related("source", "resolved_by").get(pk=pk)
            return self._row(request, issue, message=message)
        messages.add_message(request, level, message)
        return HttpResponseRedirect(self._address(following))

    def _refuse(self, request: HttpRequest, form: ResolveForm) -> HttpResponse:
        """The form as submitted, with its errors."""
        if wants_partial(request):
            return self._row(request, form.issue, form=form)
        return self._queue(request, None if form.issue.resolved_at else form.issue, form=form)

    def _row(self, request: HttpRequest, issue: LinkIssue, *, message: str = "", form: ResolveForm | None = None):
        [row] = link_issue_rows([issue])
        return self._page(request, "answer", row=row, form=form or ResolveForm(issue), message=message)

    def _queue(self, request: HttpRequest, start: LinkIssue | None, *, form: ResolveForm | None = None) -> HttpResponse:
        waiting = LinkIssue.objects.open()
        found = waiting.after(start, itself=True) if start else waiting.ranked()
        found = list(found.select_related("source")[: PER_PAGE + 1])
        rows = link_issue_rows(found[:PER_PAGE])
        for row in rows:
            row.form = form if form and form.issue == row.issue else ResolveForm(row.issue)
        later = found[PER_PAGE].pk if found[PER_PAGE:] else None
        return self._page(request, "queue", title=_("Link problems"), rows=rows, later=later, is_part=start is not None)

    def _resolved_page(self, request: HttpRequest, start: LinkIssue | None) -> HttpResponse:
        resolved = LinkIssue.objects.resolved()
        found = resolved.resolved_up_to(start) if start and start.resolved_at else resolved
        found = list(found.select_related("source", "resolved_by")[: PER_PAGE + 1])
        later = found[PER_PAGE].pk if found[PER_PAGE:] else None
        return self._page(request, "closed", title=_("Resolved link problems"), issues=found[:PER_PAGE], later=later)

    def _page(self, request: HttpRequest, name: str, **context) -> HttpResponse:
        context |= {"waiting": LinkIssue.objects.open().count(), "can_resolve": self.has_change_permission(request)}
        return self.admin_page(request, f"link_issue/{name}.html", **context)

    def _address(self, issue: LinkIssue | None) -> str:
        """The address of this link issue in the queue or among the resolved ones; of the queue for None."""
        queue = reverse("admin:catalog_linkissue_changelist")
        if issue is None:
            return queue
        shown = "settled=&from" if issue.resolved_at else "from"
        first = not issue.resolved_at and LinkIssue.objects.open().ranked()[:PER_PAGE]
        within = "" if first and issue in first else f"?{shown}={issue.pk}"
        return f"{queue}{within}#link-issue-{issue.pk}"


def _stale_message(pk: int) -> str:
    """The message for a curator whose action came too late: how the issue changed in the meantime."""
    issue = LinkIssue.objects.select_related("source", "resolved_by").get(pk=pk)
    if issue.resolved_at is None:
        changed = _("The link problem of “%(source)s” has changed, so nothing was done. Check it again.")
        return changed % {"source": isolated(issue.source)}
    facts = {"curator": issue.resolved_by, "source": issue.source, "resolution": issue.get_resolution_display()}
    if issue.resolved_by:
        return _("%(curator)s already resolved the link problem of “%(source)s”: %(resolution)s.") % facts
    return _("The link problem of “%(source)s” is already resolved: %(resolution)s.") % facts

"""The curators' admin site, whose index page shows the numbers of open items."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion
from catalog.links.link_issue import LinkIssue
from readlist_site.base.accounts.second_factor.required import second_factor_required

_QUEUES = (
    (LinkIssue, lambda n: ngettext("%(number)s link problem", "%(number)s link problems", n)),
    (Suggestion, lambda n: ngettext("%(number)s suggestion", "%(number)s suggestions", n)),
    (Report, lambda n: ngettext("%(number)s report", "%(number)s reports", n)),
)


@dataclass(frozen=True)
class PendingItems:
    """The number of open items of one kind, with the address of their list."""

    count: int
    text: str
    url: str


class CuratorSite(admin.AdminSite):
    """Django's admin site, for administrators with a second factor if the settings want one; the index also shows the
    open items that the user has permission to change."""

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Decorator: a view also raises BadRequest for a query string with a zero byte, which Django passes on to a
        filter, and PostgreSQL refuses."""
        checked = second_factor_required(view)

        @wraps(checked)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if any("\x00" in text for values in request.GET.lists() for text in (values[0], *values[1])):
                raise BadRequest("A zero byte in the query string")
            return checked(request, *args, **kwargs)

        return super().admin_view(answer, cacheable)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Redirects to the page of everybody, which limits how many passwords can be tried."""
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(request, {**(extra_context or {}), "waiting": self._pending_for(request)})

    def _pending_for(self, request: HttpRequest) -> list[PendingItems]:
        found = []
        for model, text in _QUEUES:
            desk = self._registry.get(model)
            if desk and desk.has_change_permission(request) and (count := model.objects.open().count()):
                url = reverse(
                    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", current_app=self.name
                )
                found.append(PendingItems(count, text(count) % {"number": count}, url))
        return found

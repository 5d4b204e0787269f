"""What the group's verbs refuse, said in one place for all views that don't say it themselves."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from readlist_site.base.web.errors import submitted_texts

from .exceptions import RuleViolation
from .group import GroupArchived


class RuleViolationMiddleware:
    """Whoever asks for what the rules don't allow is told why: on the first page of a group that is archived, else on
    the page of all their groups. What they typed is shown to them on a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An answer to `RuleViolation`; all else is an error."""
        if not isinstance(exception, RuleViolation):
            return None
        place = resolve_url(exception.group if isinstance(exception, GroupArchived) else "groups")
        if not request.htmx and (texts := submitted_texts(request)):
            context = {"refusal": str(exception), "texts": texts, "place": place}
            return render(request, "409.html", context, status=409)
        messages.warning(request, str(exception))
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": place})
        return redirect(place)

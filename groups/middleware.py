"""What the group's verbs refuse, said in one place for all views that don't say it themselves."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .models import Archived


class ArchivedGroups:
    """Whoever tries to change something in an archived group is told so, on its first page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An answer to `Archived`; all else is an error."""
        if not isinstance(exception, Archived):
            return None
        messages.warning(request, str(exception))
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": exception.group.get_absolute_url()})
        return redirect(exception.group)

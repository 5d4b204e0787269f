"""Answers violated rules that a view doesn't handle itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.deprecation import MiddlewareMixin

from readlist_site.base.web.errors import submitted_texts

from .exceptions import RuleViolation
from .group import GroupArchived


class RuleViolationMiddleware(MiddlewareMixin):
    """Shows users why a rule refused their request. Redirects to the group if it is archived, otherwise to the list of
    the user's groups. If the request held text, it is shown on a page with status 409, so that it isn't lost."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return a response to a RuleViolation, None for other exceptions."""
        if not isinstance(exception, RuleViolation):
            return None
        url = resolve_url(exception.group if isinstance(exception, GroupArchived) else "groups")
        if not request.htmx and (texts := submitted_texts(request)):
            context = {"refusal": str(exception), "texts": texts, "url": url}
            return render(request, "409.html", context, status=409)
        messages.warning(request, str(exception))
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return redirect(url)

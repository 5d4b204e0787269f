"""Error pages and middleware for errors.

400.html and 500.html are rendered without a request, so they extend bare.html, which needs no context; 403.html and
404.html extend the site's base template. Text that was submitted in a rejected form is shown on the error page, so that
it isn't lost.

Django's own error views check the CSRF token and so read the form, which may be what can't be read; these don't."""

import codecs
from collections.abc import Callable

from django import forms
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse

from .cache_control import ACCOUNT_VIEWS

# Shorter single words are not worth restoring, or are hidden keys.
MIN_TEXT_LENGTH = 40
# What reading a form raises that is malformed, too long, or cut off.
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)


class Utf8Only:
    """Responds with 400 to a request whose Content-Type names another charset than UTF-8. Browsers send none, and with
    another one neither form nor query string can be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None:
            if codecs.lookup(request.encoding).name != "utf-8":
                return bad_request(request)
            request.encoding = "utf-8"  # the only one of its names that Django knows
        return self.get_response(request)


class WrongMethodPage:
    """Renders a page for Django's empty 405 response, as after a POST-only URL was opened in a restored tab."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content or request.htmx:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class TooMuchText(Exception):
    """A request has more text than is stored, even as a draft."""


class TooMuchTextPage:
    """Responds to TooMuchText with 422 and the texts that were submitted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMuchText):
            return None
        return render(request, "too_much_text.html", {"texts": submitted_texts(request)}, status=422)


class InvalidFormStatus:
    """Responds with 422 where an allauth view shows a form with errors, since Django's class-based views respond with
    200."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.resolver_match.view_name.startswith(ACCOUNT_VIEWS) and response.status_code == 200:
            context = (response.context_data or {}).values()
            if any(isinstance(item, forms.BaseForm) and item.is_bound and item.errors for item in context):
                response.status_code = 422
        return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Renders the page for a request that makes no sense, with status 413 if it was too long to be read, else 400."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return HttpResponse(render_to_string("400.html"), status=status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Renders the 403 page."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders the 500 page."""
    return HttpResponse(render_to_string("500.html"), status=500)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Renders the 404 page, with the texts that were submitted to this URL."""
    try:
        texts = submitted_texts(request) if request.method == "POST" and request.resolver_match else []
    except UNREADABLE as error:
        return bad_request(request, error)
    return render(request, "404.html", {"texts": texts}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Renders the page for a missing or stale CSRF token (an old tab, signing out in another one, blocked cookies),
    with the texts that were submitted."""
    return render(request, "403_csrf.html", {"texts": submitted_texts(request)}, status=403)


def submitted_texts(request: HttpRequest) -> list[str]:
    """Returns the longer texts of a rejected form, without passwords. They are shown to the sender only, and not
    submitted again. Raises one of UNREADABLE if the form can't be read."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if "password" not in name and name != "csrfmiddlewaretoken"
        if len(text.split()) > 1 or len(text) > MIN_TEXT_LENGTH
    ]

"""Our own pages for what goes wrong.

Django's handlers show 400.html and 500.html without a request, so these extend bare.html, which needs nothing that
could be broken; 403.html and 404.html are pages like all others. What was typed into a form that can't be taken comes
back on the page that says so.
"""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

# A single word that is shorter is typed again in no time, or is no text at all but a hidden key.
MIN_TEXT_LENGTH = 40


class WrongMethodPage:
    """Gives a body to Django's empty 405: an address that only takes forms was opened, perhaps by a restored tab."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content or request.htmx:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class InvalidFormStatus:
    """Answers 422 where one of allauth's views shows a form with errors; Django's class-based views answer 200."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.resolver_match.view_name.startswith("account_") and response.status_code == 200:
            shown = (response.context_data or {}).values()
            if any(isinstance(each, forms.BaseForm) and each.is_bound and each.errors for each in shown):
                response.status_code = 422
        return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such thing, or no longer for this person. What they sent to it, they get back."""
    texts = submitted_texts(request) if request.method == "POST" and request.resolver_match else []
    return render(request, "404.html", {"texts": texts}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: an old tab, a sign-out elsewhere, or blocked cookies. The text comes back."""
    return render(request, "403_csrf.html", {"texts": submitted_texts(request)}, status=403)


def submitted_texts(request: HttpRequest) -> list[str]:
    """What somebody took pains to write in a refused form. Shown to them alone, and never sent again unasked."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if "password" not in name and name != "csrfmiddlewaretoken"
        if len(text.split()) > 1 or len(text) > MIN_TEXT_LENGTH
    ]

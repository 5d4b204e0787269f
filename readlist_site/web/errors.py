"""Our own pages for what goes wrong.

Django's handlers show 400.html and 500.html without a request, so these extend bare.html, which needs nothing that
could be broken; 403.html and 404.html are pages like all others. Only a form without its token needs a view of ours.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Shorter than this it is typed again in no time.
WORTH_KEEPING = 40


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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: an old tab, a sign-out elsewhere, or blocked cookies. The text comes back."""
    return render(request, "403_csrf.html", {"texts": written(request)}, status=403)


def written(request: HttpRequest) -> list[str]:
    """What somebody took pains to write in a refused form. Shown to them alone, and never sent again unasked."""
    return [
        text
        for name, texts in request.POST.lists()
        for text in texts
        if "password" not in name and name != "csrfmiddlewaretoken" and ("\n" in text or len(text) > WORTH_KEEPING)
    ]

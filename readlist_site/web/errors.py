"""Our own pages for what goes wrong.

Django's handlers show 400.html and 500.html without a request, so these extend bare.html, which needs nothing that
could be broken; 403.html and 404.html are pages like all others. Only a form without its token needs a view of ours.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# Shorter than this it is typed again in no time.
WORTH_KEEPING = 40


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

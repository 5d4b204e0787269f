"""Our own pages for what goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: an old tab, a sign-out elsewhere, or blocked cookies."""
    return render(request, "403_csrf.html", status=403)

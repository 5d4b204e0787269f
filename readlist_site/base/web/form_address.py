"""Addresses with the site’s name, and addresses that only accept POST: GET redirects to the page with the form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def absolute_url(request: HttpRequest, path: str) -> str:
    """Returns the address of a path, for people to copy: of SITE_URL, since a client may write anything into `Host`;
    of the request's host where the instance isn't hosted."""
    return settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)


def form_on(page: str | Callable[..., Any]) -> Callable[[View], View]:
    """Decorates a view that only takes POST. GET and HEAD redirect to `page`: the name of an address with the same
    arguments, or a function of the request and these that returns what `redirect` takes. A person gets there by the
    address bar, or signed in anew after a form was refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            if callable(page):
                return redirect(page(request, *args, **kwargs))
            return redirect(page, *args, **kwargs)

        return answer

    return decorate

"""One URL for page and partial: what HTMX needs of every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers


def wants_partial(request: HttpRequest) -> bool:
    """Whether to answer with the piece that changed. A restored history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


class HtmxResponses:
    """Tells caches that page and partial differ, and sends a signed-out HTMX request to sign in as a whole page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        location = response.headers.get("Location", "")
        if request.htmx and location.startswith(resolve_url(settings.LOGIN_URL)):
            response.status_code = 204
            response.headers["HX-Redirect"] = location
            del response.headers["Location"]
        return response

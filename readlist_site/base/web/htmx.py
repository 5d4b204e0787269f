"""Support for views that serve both a page and its HTMX partials at one URL."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin


def wants_partial(request: HttpRequest) -> bool:
    """Returns whether to respond with the partial. Restoring a history entry needs the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


class HtmxResponses(MiddlewareMixin):
    """Adds `Vary: HX-Request`, and makes the browser load the login page as a whole where an HTMX request is redirected
    there."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        patch_vary_headers(response, ["HX-Request"])
        location = response.headers.get("Location", "")
        if request.htmx and location.startswith(resolve_url(settings.LOGIN_URL)):
            response.status_code = 204
            response.headers["HX-Redirect"] = location
            del response.headers["Location"]
        return response

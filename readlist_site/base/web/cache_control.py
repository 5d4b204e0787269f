"""The Cache-Control header of pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control

# The prefixes of the names of allauth's views.
ACCOUNT_VIEWS = ("account_", "mfa_", "socialaccount_", "usersessions_", "github_", "openid_connect_")

# For views whose page shows a secret, or is a file of what people wrote.
never_stored = cache_control(private=True, no_store=True)


class CacheControl:
    """Middleware: sets `private, no-cache` on responses to requests with a session cookie, and `private, no-store` on
    the pages of accounts. Keeps the header of views that set one, like those with `never_stored`, and of static files,
    which another middleware sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and request.resolver_match.view_name.startswith(ACCOUNT_VIEWS):
            patch_cache_control(response, private=True, no_store=True)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

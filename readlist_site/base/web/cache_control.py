"""What browsers and proxies may keep of the pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control

# The prefixes of the names of allauth's views.
ACCOUNT_VIEWS = ("account_", "mfa_", "socialaccount_", "usersessions_", "github_", "openid_connect_")

# For views whose page shows a secret, or is a file of what people wrote: nothing keeps it.
never_stored = cache_control(private=True, no_store=True)


class CacheControl:
    """Middleware: no shared cache keeps what was sent to a person with a session, whose browser asks again each time it
    shows it. Nothing at all keeps the pages for signing in, e-mail address and password. Views that say more, like
    those with `never_stored`, are left as they are; so are static files, which another middleware sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and request.resolver_match.view_name.startswith(ACCOUNT_VIEWS):
            patch_cache_control(response, private=True, no_store=True)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

"""Who may see a page, and where one who must sign in first comes back to."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def list_reader_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Anyone may see the page, unless the setting LIST_IS_PUBLIC closes the list to who isn't signed in."""
    closed = login_required(view)

    @login_not_required
    @wraps(view)
    def either(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return (view if settings.LIST_IS_PUBLIC else closed)(request, *args, **kwargs)

    return either


class LoginRequired(LoginRequiredMiddleware):
    """Every view asks for signing in unless it says otherwise. Who sent a form comes back to the page it stood on,
    since the address it was sent to may be no page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        page = _page_before(request)
        if not page or (request.method in {"GET", "HEAD"} and not request.htmx):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page, self.get_login_url(view_func))


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the request came from, without our host; blank if the browser names none."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else ""

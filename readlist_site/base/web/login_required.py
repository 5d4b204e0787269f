"""Login requirement of views, and the page to return to after login."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def list_reader_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """View decorator: requires login only if the setting LIST_IS_PUBLIC is off."""
    login_required_view = login_required(view)

    @login_not_required
    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return (view if settings.LIST_IS_PUBLIC else login_required_view)(request, *args, **kwargs)

    return wrapper


class LoginRequired(LoginRequiredMiddleware):
    """Requires login for every view, unless it is exempt. After a form submission, login returns to the page of the
    form, since the form's target may not accept GET."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:
        page = page_before(request)
        if not page or (request.method in {"GET", "HEAD"} and not request.htmx):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page, self.get_login_url(view_func))


def page_before(request: HttpRequest) -> str:
    """Returns path and query of the Referer if it is a page of this site, else ""."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else ""

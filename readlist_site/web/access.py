"""Who may read the list."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse


def list_reader_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Anyone may see the page, unless the setting LIST_IS_PUBLIC closes the list to who isn't signed in."""
    closed = login_required(view)

    @login_not_required
    @wraps(view)
    def either(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return (view if settings.LIST_IS_PUBLIC else closed)(request, *args, **kwargs)

    return either

"""A name for each request, by which its lines in the log are found, and those of the proxy about it."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


class RequestId:
    """Middleware, outside of all others: gives the request an `id`, which the response carries in the header
    X-Request-ID. A proxy's own is taken over if it is well-formed; whoever asks without a proxy can't choose one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "") if settings.PROXIES else ""
        request.id = sent if _WELL_FORMED.fullmatch(sent) else uuid4().hex
        token = _current.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers[HEADER] = request.id
        return response


class RequestContext(logging.Filter):
    """A filter for handlers: records get the `request_id` of the request in which they are written, "" outside of one,
    and the route in the place of a path, which may hold a token or what somebody typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "id", "") or _current.get()
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            paths = {request.path, request.get_full_path()}
            record.args = tuple(route_of(request) if arg in paths else arg for arg in record.args)
        return True


def route_of(request: HttpRequest) -> str:
    """Returns the pattern of the request's address, as in "/groups/<key:group_pk>/"."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "an unknown address"

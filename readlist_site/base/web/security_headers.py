"""Security headers besides Django's own and the Content-Security-Policy, and the reports of violations of that
policy."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CSP_REPORTS = "/csp-reports/"
# Readlist uses none of these features, so that an injected script can't either.
UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    # Where the policy's `report-to` leads; browsers that don't know it follow `report-uri`.
    "Reporting-Endpoints": f'csp="{CSP_REPORTS}"',
}
MAX_BYTES = 16_000
MAX_REPORTS = 20  # of one request
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
# What browsers write in the place of an address.
_KEYWORDS = {"inline", "eval", "wasm-eval", "data", "blob", "trusted-types-sink", "trusted-types-policy"}

log = logging.getLogger(__name__)


class SecurityHeaders:
    """Middleware: adds HEADERS to every response, static files included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


@csrf_exempt  # browsers send it by themselves
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Writes a line to the log for what the browser refused: directive, host and route, none of the addresses, which
    may hold tokens. Such lines are limited to one a second, with their number. No session, no query.

    Responds with 204; with 413 to more than MAX_BYTES, with 400 to what is no report."""
    try:
        body = request.read(MAX_BYTES + 1)
    except UnreadablePostError:
        return HttpResponse(status=400)
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    try:
        refused = list(_refusals(json.loads(body)))
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return HttpResponse(status=400)
    for directive, blocked, route in refused[:MAX_REPORTS]:
        log.warning("A browser refused %s (%s) on %s.", blocked, directive, route)
    return HttpResponse(status=204)


def _refusals(sent: Any) -> Iterator[tuple[str, str, str]]:
    """Yields directive, what was blocked, and the page's route of each report, whichever of the two forms it has.
    Raises ValueError, AttributeError, KeyError or TypeError if it has neither."""
    if isinstance(sent, list):
        for report in sent:
            if report.get("type") == "csp-violation":
                body = report["body"] if isinstance(report.get("body"), dict) else {}
                yield _refusal(body.get("effectiveDirective"), body.get("blockedURL"), body.get("documentURL"))
    else:
        body = sent["csp-report"]
        yield _refusal(
            body.get("effective-directive") or body.get("violated-directive"),
            body.get("blocked-uri"),
            body.get("document-uri"),
        )


def _refusal(directive: Any, blocked: Any, page: Any) -> tuple[str, str, str]:
    name = str(directive or "").split(" ")[0]
    if not _DIRECTIVE.fullmatch(name):
        raise ValueError(name)
    try:
        route = f"/{resolve(urlsplit(str(page)).path).route}"
    except Resolver404:
        route = "an unknown address"
    return name, _what(str(blocked or "")), route


def _what(blocked: str) -> str:
    """Returns a keyword, or of an address scheme and host. Raises ValueError if it is malformed."""
    if blocked in _KEYWORDS:
        return blocked
    url = urlsplit(blocked)
    host = url.hostname or ""
    is_host = host.isascii() and host.isprintable() and 0 < len(host) <= 100
    return f"{url.scheme[:20]}://{host}" if is_host else url.scheme[:20] or "something"

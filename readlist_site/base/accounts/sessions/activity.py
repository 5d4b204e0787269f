"""When and where each session was last seen, for the page "Sessions"."""

import logging
from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# How exact "last seen" is: each server process writes it that seldom.
INTERVAL = timedelta(minutes=10)

log = logging.getLogger(__name__)


class SessionActivity:
    """Writes down that a session is in use, after the response is made, and not each time. Adds the row of a session
    that began before there were such rows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page that didn't ask who it is for is spared the query.
        if hasattr(request, "_cached_user") and request.user.is_authenticated and request.session.session_key:
            seen = f"seen:{request.session.session_key}"
            if caches["process"].add(seen, True, INTERVAL.total_seconds()):
                try:
                    _record(request)
                except DatabaseError:
                    # The request is done: it isn't answered with an error for this.
                    log.warning("The activity of a session wasn't recorded.", exc_info=True)
        return response


def _record(request: HttpRequest) -> None:
    row = UserSession.objects.filter(session_key=request.session.session_key)
    last_seen_at = row.values_list("last_seen_at", flat=True).first()
    if last_seen_at is None or last_seen_at < timezone.now() - INTERVAL:
        UserSession.objects.create_from_request(request)

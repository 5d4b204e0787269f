"""Database sessions that ignore malformed session keys, and whose loss doesn't hide the result of a request.

A session cookie can contain any character, including NUL, for which PostgreSQL raises an error where SQLite finds no
row."""

import logging

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

log = logging.getLogger(__name__)


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()


class Sessions(SessionMiddleware):
    """Delivers the response although its session can't be saved, since what the view has written is committed: the
    session was ended meanwhile, as by signing out in another tab, or the database has gone. The next page then asks to
    sign in, or shows one message less."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            response.delete_cookie(
                settings.SESSION_COOKIE_NAME,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
                samesite=settings.SESSION_COOKIE_SAMESITE,
            )
        except DatabaseError:
            # Without a session before, this was to begin one, as signing in does: that has failed.
            if settings.SESSION_COOKIE_NAME not in request.COOKIES:
                raise
            log.exception("A session could not be saved.")
        patch_vary_headers(response, ["Cookie"])
        return response

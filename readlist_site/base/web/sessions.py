"""Database sessions that ignore malformed session keys, and whose loss doesn't hide the result of a request.

A session cookie can contain any character, including NUL, for which PostgreSQL raises an error where SQLite finds no
row. The key of the person is part of the session's data, and also a column of allauth's table of sessions: by a join
with that, session and person are fetched in one statement."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare

from .together import Text, Together

log = logging.getLogger(__name__)


@Together
def _person_with_session(key: str, now: datetime) -> list[QuerySet]:
    stored = Session.objects.filter(session_key=key, expire_date__gt=now).values("session_data")
    people = get_user_model().objects.filter(usersession__session_key=key)
    return [people.annotate(session_data=Subquery(stored[:1]))]


# What says that a session holds a text, and for how long it is kept then while nobody is signed in.
HOLDS_TEXT = "holds_text"
TEXT_KEPT_FOR = timedelta(hours=1)


class SessionStore(DatabaseStore):
    """A session that HOLDS_TEXT expires TEXT_KEPT_FOR after it was last changed, until somebody signs in."""

    # Who is signed in, as far as the table of sessions knows: see `person_of`.
    person = None

    def load(self) -> dict:
        """Returns the session's data, and sets `person`. One query; two if no UserSession row has its key."""
        (people,) = _person_with_session(key=Text(self.session_key), now=timezone.now())
        self.person = people[0] if people and people[0].session_data is not None else None
        return self.decode(self.person.session_data) if self.person else super().load()

    def get_expiry_age(self, **kwargs) -> int:
        age = super().get_expiry_age(**kwargs)
        return min(age, int(TEXT_KEPT_FOR.total_seconds())) if self._expires_soon else age

    def get_expiry_date(self, **kwargs) -> datetime:
        date = super().get_expiry_date(**kwargs)
        return min(date, timezone.now() + TEXT_KEPT_FOR) if self._expires_soon else date

    @property
    def _expires_soon(self) -> bool:
        return HOLDS_TEXT in self and SESSION_KEY not in self

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()


def person_of(request: HttpRequest):
    """Returns the signed-in person or an anonymous user. Leaves it to Django's `get_user`, unless the person that was
    fetched with the session passes all of its checks."""
    if not hasattr(request, "_cached_user"):
        request._cached_user = _fetched_with_session(request) or get_user(request)
    return request._cached_user


def _fetched_with_session(request: HttpRequest):
    session = request.session
    key, backend, password = (session.get(name) for name in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY))
    person = getattr(session, "person", None)
    is_signed_in = (
        person is not None
        and key == str(person.pk)
        and backend in settings.AUTHENTICATION_BACKENDS
        and person.is_active
        and constant_time_compare(password or "", person.get_session_auth_hash())
    )
    return person if is_signed_in else None


class Authentication(AuthenticationMiddleware):
    """Sets `request.user`, without a query of its own where the session came with its person: the person, and no lazy
    object, since every page asks, and a hundred comparisons with a lazy object take milliseconds."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = person_of(request)


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

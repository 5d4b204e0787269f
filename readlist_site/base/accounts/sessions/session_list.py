"""The sessions in which a person is signed in, and their end."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .browser_name import browser_name

# As many are shown, those last seen.
SHOWN = 100


@dataclass(frozen=True)
class SignedIn:
    """One session, as the page "Sessions" shows it."""

    row: UserSession
    browser: str
    is_current: bool


def sessions_of(request: HttpRequest) -> list[SignedIn]:
    """Returns the sessions that the person of this request is signed in with, this one first. Two queries.

    One that has expired, or began before the password was changed, no longer signs in and isn't among them."""
    rows = list(UserSession.objects.filter(user=request.user).order_by("-last_seen_at")[:SHOWN])
    keys = [row.session_key for row in rows]
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    password_hash = request.user.get_session_auth_hash()
    valid = {
        session.session_key
        for session in stored
        if constant_time_compare(session.get_decoded().get(HASH_SESSION_KEY, ""), password_hash)
    }
    current = request.session.session_key
    found = [
        SignedIn(row, browser_name(row.user_agent), row.session_key == current)
        for row in rows
        if row.session_key in valid
    ]
    return sorted(found, key=lambda session: not session.is_current)


@transaction.atomic
def end_sessions(rows: QuerySet[UserSession]) -> None:
    """Signs out of these sessions, in whichever browser they are."""
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


@transaction.atomic
def end_all_sessions(person) -> None:
    """Ends all sessions of the person, also those without a UserSession row. For these it decodes every session that
    has no such row, since only its data names the person."""
    end_sessions(UserSession.objects.filter(user=person))
    known = Exists(UserSession.objects.filter(session_key=OuterRef("session_key")))
    mine = [
        session.pk
        for session in Session.objects.filter(~known).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]
    Session.objects.filter(pk__in=mine).delete()


def purge_sessions(now: datetime) -> int:
    """Deletes sessions that have expired, and what was written down of sessions that are no more; returns the number
    of the former. Looks first, since only writing locks."""
    gone = UserSession.objects.filter(~Exists(Session.objects.filter(session_key=OuterRef("session_key"))))
    expired = Session.objects.filter(expire_date__lt=now)
    number = expired.delete()[0] if expired.exists() else 0
    if keys := list(gone.values_list("pk", flat=True)[:1000]):
        UserSession.objects.filter(pk__in=keys).delete()
    return number

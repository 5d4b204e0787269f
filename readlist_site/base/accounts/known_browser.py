"""Browsers in which a person has signed in before. Wrong passwords that others type don't lock these out.

A signed cookie, the "device cookie" of OWASP, names the people who have signed in with this browser. It is no
substitute for the password, and has the same limit of wrong passwords for anybody who sends it. Signing out other
browsers makes them unknown to the account (`User.browsers_forgotten_at`)."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from .models import User

COOKIE = "known_browser"
PATH = "/accounts/"
MAX_AGE = 365 * 24 * 3600
# How many people one browser is known to, those who signed in last.
MAX_PEOPLE = 5

_SALT = "accounts.known_browser"
_MAY_SIGN_IN = "may_sign_in"


def known_browser(request: HttpRequest, email: str) -> str:
    """Returns the `who` of this browser's own limit for the account with this address; "" if it is not known there.

    It is known if the person has signed in with it before, is signed in, or has followed a reset link in it."""
    found = User.objects.filter(email=email).values_list("pk", "browsers_forgotten_at").first()
    if found is None:
        return ""
    person, forgotten_at = found
    if person == request.user.pk:
        return f"{person}-signed-in"
    if person == request.session.get(_MAY_SIGN_IN):
        return f"{person}-reset"
    browser = _id_of(request, person, forgotten_at)
    return f"{person}-{browser}" if browser else ""


def has_signed_in(request: HttpRequest, person: User) -> bool:
    """Returns whether this person has signed in with this browser before."""
    return bool(_id_of(request, person.pk, person.browsers_forgotten_at))


def forget_browsers(person: User) -> None:
    """Makes all browsers unknown to the account, since somebody else may have one of them."""
    person.browsers_forgotten_at = timezone.now()
    person.save(update_fields=["browsers_forgotten_at"])


def remember_browser(request: HttpRequest, response: HttpResponse, person: User) -> HttpResponse:
    """Sets the cookie, after this person has signed in."""
    known = _read(request)
    browser = _id_of(request, person.pk, person.browsers_forgotten_at) or get_random_string(16)
    known.pop(person.pk, None)
    others = ((other, *entry) for other, entry in known.items())
    people = [(person.pk, browser, timezone.now().timestamp()), *others][:MAX_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps(people, salt=_SALT),
        max_age=MAX_AGE,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def let_sign_in(request: HttpRequest, person: User) -> None:
    """Makes this browser known until it is closed: it has followed the reset link that was mailed to the person."""
    request.session[_MAY_SIGN_IN] = person.pk


def _id_of(request: HttpRequest, person: int, forgotten_at: datetime | None) -> str:
    """Returns the id of this browser for an account; "" if it is unknown there."""
    browser, since = _read(request).get(person, ("", 0.0))
    return browser if forgotten_at is None or since >= forgotten_at.timestamp() else ""


def _read(request: HttpRequest) -> dict[int, tuple[str, float]]:
    """Returns an id of this browser for each person of its cookie, and when they signed in last, the last one first.
    Cookies of earlier versions don't say when."""
    try:
        people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return {}
    return {person: (browser, since[0] if since else 0.0) for person, browser, *since in people}

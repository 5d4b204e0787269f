"""Who needs a second factor, and what is closed to them without one."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# Recovery codes are none: they come with one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(person) -> bool:
    """Returns whether this person may not do without one: administrators, if the setting ADMIN_SECOND_FACTOR is on."""
    return settings.ADMIN_SECOND_FACTOR and person.is_active and person.is_superuser


def has_second_factor(person) -> bool:
    """Returns whether the person has a passkey or an authenticator app."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def second_factor_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """View decorator: redirects a person who needs a second factor and has none to set one up, and asks for it in
    sessions that are older than the factor."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not needs_second_factor(request.user):
            return view(request, *args, **kwargs)
        if not has_second_factor(request.user):
            return redirect("mfa_index")
        if not _was_used_in(request):
            here = urlencode({REDIRECT_FIELD_NAME: request.get_full_path() if request.method == "GET" else "/admin/"})
            return redirect(f"{reverse(_reauthentication(request.user))}?{here}")
        return view(request, *args, **kwargs)

    return wrapper


def remember_second_factor(request: HttpRequest, kind: Authenticator.Type) -> None:
    """Records that this session has just proven a second factor, by adding it."""
    record_authentication(request, request.user, "mfa", type=kind, reauthenticated=True)


def _was_used_in(request: HttpRequest) -> bool:
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def _reauthentication(person) -> str:
    has_app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()
    return "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn"

"""The page "Security", and allauth's views of passkeys and codes where they need more than its templates."""

from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.base import views as allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe

from readlist_site.base.rate_limits.limit import Limit
from readlist_site.base.web.rate_limit_http import network_of

from .required import needs_second_factor, remember_second_factor


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Shows passkeys, authenticator app, recovery codes and accounts elsewhere."""
    found = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    by_type = {kind: [each for each in found if each.type == kind] for kind in Authenticator.Type}
    codes = by_type[Authenticator.Type.RECOVERY_CODES]
    context = {
        "passkeys": by_type[Authenticator.Type.WEBAUTHN],
        "apps": by_type[Authenticator.Type.TOTP],
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "has_factor": len(found) > len(codes),
        "needs_factor": needs_second_factor(request.user),
        "accounts_elsewhere": SocialAccount.objects.filter(user=request.user).count(),
        "has_providers": bool(settings.SOCIALACCOUNT_PROVIDERS),
    }
    return render(request, "mfa/index.html", context)


def _back_to(request: HttpRequest, name: str) -> HttpResponse:
    return redirect(passthrough_next_redirect_url(request, reverse(name), REDIRECT_FIELD_NAME))


def _tell_errors(request: HttpRequest, form: BaseForm) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)


class LoginPasskey(webauthn.LoginWebAuthnView):
    """Signs in with a passkey. GET, which a script sends when the button is pressed, returns the challenge and stores
    it in the session."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.headers.get("X-Requested-With") != "fetch":
            return _back_to(request, "account_login")
        Limit.of("passkey", network_of(request)).take()
        return JsonResponse(auth.begin_authentication())

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        _tell_errors(self.request, form)
        return _back_to(self.request, "account_login")


class Authenticate(allauth.AuthenticateView):
    """Asks for the second factor. The page offers what the person has."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return context | {
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        }


class ReauthenticatePasskey(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form: BaseForm) -> HttpResponse:
        _tell_errors(self.request, form)
        return _back_to(self.request, "mfa_reauthenticate_webauthn")


class ActivateTOTP(totp.ActivateTOTPView):
    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_second_factor(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs) -> dict:
        """Has the device make a passkey that can sign in alone, if it is able to."""
        context = super().get_context_data(**kwargs)
        context["js_data"]["creation_options"]["publicKey"]["authenticatorSelection"] |= {
            "residentKey": "preferred",
            "requireResidentKey": False,
        }
        return context | kwargs

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_second_factor(self.request, Authenticator.Type.WEBAUTHN)
        return response


login_passkey = login_not_required(LoginPasskey.as_view())
authenticate = login_not_required(Authenticate.as_view())
reauthenticate_passkey = ReauthenticatePasskey.as_view()
activate_totp = ActivateTOTP.as_view()
add_passkey = AddPasskey.as_view()
rename_passkey = webauthn.EditWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
remove_passkey = webauthn.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))

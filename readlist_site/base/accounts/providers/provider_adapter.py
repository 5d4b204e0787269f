"""allauth's adapter for accounts elsewhere: what is taken from the provider, and the error messages."""

import logging
from http import HTTPStatus

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.interrupted_form import FIELD, InterruptedForm, keep_in_state
from readlist_site.base.accounts.login import Login
from readlist_site.base.accounts.models import User, clean_display_name

# What of a profile is kept, to name the account on the page where it is disconnected.
_KEPT = ("login", "preferred_username", "email", "name")

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": _("This address already has an account. Sign in to it, and connect your %s account there."),
        "no_password": _("This is your only way to sign in. Set a password first."),
        "no_verified_email": _("Confirm your e-mail address first."),
        "connected_other": _("This account is already connected to another account here."),
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict) -> User:
        """Suggests name and address of the provider. Addresses count as confirmed if the provider says so, however it
        writes yes."""
        for address in sociallogin.email_addresses:
            address.email = address.email.lower()
            address.verified = str(address.verified).lower() == "true"
        profile = sociallogin.account.extra_data
        profile = profile.get("userinfo") or profile.get("id_token") or profile
        sociallogin.account.extra_data = {name: profile[name] for name in _KEPT if isinstance(profile.get(name), str)}
        user = sociallogin.user
        user.email = (data.get("email") or "").lower()
        name = data.get("name") or data.get("username") or ""
        user.display_name = clean_display_name(str(name))[: User._meta.get_field("display_name").max_length]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict:
        return {"email": sociallogin.user.email, "display_name": sociallogin.user.display_name}

    def generate_state_param(self, state: dict) -> str:
        """Adds the form that the sign-in page carried to `state`, which its sender finds again if they come back from
        the provider within ten minutes."""
        keep_in_state(self.request, state)
        return super().generate_state_param(state)

    def on_authentication_error(self, request: HttpRequest, provider, error=None, exception=None, **context) -> None:
        """Answers with the sign-in page if a form was carried, so that it isn't lost."""
        log.warning("Signing in with %s failed: %s", provider, exception or error)
        begun = getattr(request, "begun", {})
        if form := InterruptedForm.of_sealed(begun.get(FIELD, "")) or InterruptedForm.carried_by(request):
            if error == AuthError.CANCELLED:
                messages.warning(request, _("Sign-in cancelled"))
            else:
                messages.warning(request, _("Sign-in with %(provider)s failed") % {"provider": provider.name})
            raise ImmediateHttpResponse(Login.carrying(request, form, status=HTTPStatus.UNAUTHORIZED))

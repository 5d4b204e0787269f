"""Where allauth asks us: who may sign up, what is kept of a form, where to go on, and in which words."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse

from .models import User
from .signup_policy import can_sign_up, pending_invitation_url

PASSWORD_ERRORS = {
    "password_too_short": "This is too short: a password has at least %(min_length)d characters.",
    "password_too_similar": "This is too much like your name or address; others would guess it.",
    "password_too_common": "Many people use this password; others would guess it.",
    "password_entirely_numeric": "This has only digits; others would guess it.",
}


class AccountAdapter(DefaultAccountAdapter):
    """Readlist's rules for accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account has been closed.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": "This address and this password don’t belong together.",
        "email_taken": "There is an account with this address already.",
        "enter_current_password": "This is not your password.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link no longer works.",
        "rate_limited": "That was too often in a short time. Wait a few minutes.",
        "too_many_login_attempts": "This was tried too often. Wait five minutes and try again.",
        "unverified_primary_email": "Confirm your address first.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return can_sign_up(request)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.time_zone = form.cleaned_data["time_zone"]
        return super().save_user(request, user, form, commit)

    def clean_password(self, password: str, user: User | None = None) -> str:
        try:
            return super().clean_password(password, user)
        except ValidationError as error:
            for fault in error.error_list:
                fault.message = PASSWORD_ERRORS.get(fault.code, fault.message)
            raise

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where whoever signs in is bound: to the group that invites them, if they have not joined yet."""
        return pending_invitation_url(request.user) or super().get_login_redirect_url(request)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Who was invited comes to the group's door. Else who is in has changed their address, and sees it among their
        settings; who is not goes and signs in."""
        if invitation_url := pending_invitation_url(email_address.user):
            return invitation_url
        return reverse("settings" if self.request.user.is_authenticated else "account_login")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation) -> str:
        """The link to confirm an address. It carries where the person was bound, should they open it elsewhere."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        bound_for = get_next_redirect_url(request)
        return f"{url}?{urlencode({REDIRECT_FIELD_NAME: bound_for})}" if bound_for else url

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Links in a mail lead to the address this Readlist is known by, whatever host a request claims to be for."""
        context_with_site_url = {
            key: _with_site_url(value) if key.endswith("_url") else value for key, value in context.items()
        }
        super().send_mail(template_prefix, email, context_with_site_url)

    def is_safe_url(self, url: str) -> bool:
        """Whether to lead there after signing in. What can't even be read as an address is not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: allauth would answer with JSON that nothing of ours reads."""
        return False


def _with_site_url(url: str) -> str:
    parts = urlsplit(url)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl() if settings.SITE_URL else url

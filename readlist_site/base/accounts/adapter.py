"""allauth's adapter: who may sign up, what is saved, where to redirect, and the error messages."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from readlist_site.base.rate_limits.limit import Limit, LimitReached, secret_key_of
from readlist_site.base.web.rate_limit_http import client_address, refuse

from .interrupted_form import FIELD, give_back, keep_in_session
from .known_browser import has_signed_in, remember_browser
from .language_choice import is_offered
from .models import User
from .security_notice import SecurityNotice
from .sign_in_limits import SignInAttempt
from .signup_policy import can_sign_up, pending_invitation_url

PASSWORD_ERRORS = {
    "password_too_short": _("Use at least %(min_length)d characters."),
    "password_too_similar": _("This is too similar to your name or address. Others could guess it."),
    "password_too_common": _("Many people use this password. Others could guess it."),
    "password_entirely_numeric": _("Don’t use digits only. Others could guess it."),
}

# Mails that anybody can have sent to an address. The others tell what happened to an account, in the transaction in
# which it happens.
REQUESTED_MAILS = {
    f"account/email/{name}"
    for name in (
        "account_already_exists",
        "email_confirmation",
        "email_confirmation_signup",
        "password_reset_key",
        "unknown_account",
    )
}


class AccountAdapter(DefaultAccountAdapter):
    """Readlist's account rules for allauth."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _("Wrong e-mail or password."),
        "email_taken": _("This address already has an account."),
        "enter_current_password": _("Wrong password."),
        "incorrect_password": _("Wrong password."),
        "invalid_password_reset": _("This link no longer works."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return can_sign_up(request)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.time_zone = form.cleaned_data["time_zone"]
        return super().save_user(request, user, form, commit)

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        """Returns the person if the password is right. Only wrong ones stay counted. Above a limit, raises
        ValidationError, and has the request answered with 429."""
        self._attempt = SignInAttempt(request, credentials.get("email", ""))
        try:
            with self._attempt.in_turn():
                user = super().authenticate(request, **credentials)
        except LimitReached as refusal:
            raise ValidationError(refuse(request, refusal), code="rate_limited") from refusal
        if user:
            self._attempt.succeeded()
            keep_in_session(request, user)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Counts the attempt. Raises LimitReached."""
        self._attempt.begin()

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in. Records a SecurityNotice if the browser is new to the account, except at the account's first
        sign-in."""
        if user.last_login and not has_signed_in(request, user):
            SecurityNotice.objects.record(SecurityNotice.Kind.NEW_BROWSER, user, request)
        super().login(request, user)

    def get_reauthentication_methods(self, user: User) -> list[dict]:
        """Returns the methods of reauthentication. Without the password if the person has a second factor, since the
        password alone must not suffice to change how they sign in."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        """Gives back the form that the sign-in page carried, else redirects; and remembers the browser: see
        `known_browser.py`."""
        response = super().post_login(request, user, **kwargs)
        provided = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        sealed = provided.state.get(FIELD, "") if provided else ""
        return remember_browser(request, give_back(request, user, sealed) or response, user)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Returns the client's address; that of nobody if it is unknown, as over a Unix socket."""
        return client_address(request) or "::"

    def clean_password(self, password: str, user: User | None = None) -> str:
        try:
            return super().clean_password(password, user)
        except ValidationError as error:
            for password_error in error.error_list:
                password_error.message = PASSWORD_ERRORS.get(password_error.code, password_error.message)
            raise

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Returns the page of the person's pending invitation, if there is one, else the default."""
        return pending_invitation_url(request.user) or super().get_login_redirect_url(request)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Returns the page of the person's pending invitation, if there is one; else the settings, or the login page
        for an anonymous visitor."""
        if invitation_url := pending_invitation_url(email_address.user):
            return invitation_url
        return reverse("settings" if self.request.user.is_authenticated else "account_login")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation) -> str:
        """Returns the confirmation link with the `next` URL of this request, so that it works in another browser."""
        url = super().get_email_confirmation_url(request, emailconfirmation)
        next_url = get_next_redirect_url(request)
        return f"{url}?{urlencode({REDIRECT_FIELD_NAME: next_url})}" if next_url else url

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Makes a confirmed address the person's own, in one transaction. Returns False, with a message, if another
        account has it: by the check, or by a unique constraint if that account took it in the same moment."""
        try:
            with transaction.atomic():
                return super().confirm_email(request, email_address)
        except IntegrityError:
            message, context = "account/messages/email_confirmation_failed.txt", {"email": email_address.email}
            self.add_message(request, messages.ERROR, message, context)
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Replaces the host of links in e-mails by SITE_URL, whatever the request's Host header. Above the limit of
        requested mails of this kind to this address, sends none and says nothing.

        The mail is in the language that its reader has chosen, else in that of the request."""
        if template_prefix in REQUESTED_MAILS:
            try:
                Limit.of("account_mail", secret_key_of(f"{template_prefix} {email.lower()}")).take()
            except LimitReached:
                return
        context_with_site_url = {
            key: _with_site_url(value) if key.endswith("_url") else value for key, value in context.items()
        }
        with translation.override(self._language_to(email, context)):
            super().send_mail(template_prefix, email, context_with_site_url)

    def _language_to(self, email: str, context: dict) -> str:
        signed_in = self.request.user if self.request.user.is_authenticated else None
        person = context.get("user") or signed_in or User.objects.filter(email=email).first()
        return person.language if person and is_offered(person.language) else translation.get_language()

    def is_safe_url(self, url: str) -> bool:
        """Returns whether redirecting to the URL after login is allowed. A URL that can't be parsed is not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Returns False, so that allauth never responds with JSON, which no script of ours reads."""
        return False


def _with_site_url(url: str) -> str:
    parts = urlsplit(url)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl() if settings.SITE_URL else url

"""The forms of passkeys and codes: allauth's with this project's limits and error messages."""

import re
import struct
from datetime import UTC, datetime, timedelta

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticatorData

from readlist_site.base.accounts.known_browser import known_browser
from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.rate_limits.limit import Limit, LimitReached, person_key, secret_key_of
from readlist_site.base.web.rate_limit_http import refuse
from readlist_site.base.web.short_text import ShortTextField

# What fido2 raises of an answer that no browser has made.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError, struct.error)
# Characters of a browser's answer; those of hardware with a long certificate have 6,000.
LONGEST_ANSWER = 20_000
_RESPONSE = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


class CodeField(forms.CharField):
    """The code of an authenticator app, or a recovery code."""

    def __init__(self, *, label: str = gettext_lazy("Code"), **kwargs) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(label=label, max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)


class LimitedCode:
    """Limits wrong codes as wrong passwords are limited: a known browser has a limit of its own, all others share one,
    and the owner is notified when that is reached. A code of an authenticator app is accepted once."""

    def clean_code(self) -> str:
        request, person = context.request, self.user
        browser = known_browser(request, person.email)
        limit = Limit.of("code_browser", browser) if browser else Limit.of("code_account", person_key(person))
        try:
            limit.take()
        except LimitReached as refusal:
            if refusal.is_first and not browser:
                SecurityNotice.objects.record(SecurityNotice.Kind.WRONG_CODES, person, request)
            raise ValidationError(refuse(request, refusal), code="rate_limited") from refusal
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and _was_used(person, code):
            raise get_adapter().validation_error("incorrect_code")
        limit.give_back()
        return code


def _was_used(person, code: str) -> bool:
    """Returns whether this code of the person's app was used before, and remembers that it was now.

    allauth remembers it in the cache, which forgets, and for a part of the time in which it is right."""
    key = secret_key_of(f"code {person.pk} {normalize_user_code(code)}")
    valid_for = timedelta(seconds=app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1))
    always = datetime.fromtimestamp(0, UTC)
    return Counter.objects.add(key, 1, window_start=always, expires_at=timezone.now() + valid_for) > 1


class AuthenticateForm(LimitedCode, allauth.AuthenticateForm):
    code = CodeField()


class ReauthenticateForm(LimitedCode, allauth.ReauthenticateForm):
    code = CodeField()


class ActivateTOTPForm(totp.ActivateTOTPForm):
    code = CodeField(label=gettext_lazy("Code from the app"))


class PasskeyAnswer(forms.JSONField):
    """What the browser answered to the request for a passkey, as a script has put it into the form: of it, what is
    known to belong there."""

    def __init__(self) -> None:
        missing = gettext_lazy("The browser sent no passkey. Turn on JavaScript and try again.")
        super().__init__(widget=forms.HiddenInput, error_messages={"required": missing})

    def to_python(self, value: str | None) -> dict | None:
        if len(value or "") > LONGEST_ANSWER:
            raise _not_accepted()
        answer = super().to_python(value)
        if answer is None:
            return None
        try:
            can_sign_in_alone = answer.get("clientExtensionResults", {}).get("credProps", {}).get("rk")
            return {
                **{name: _base64(answer[name]) for name in ("id", "rawId", "type")},
                "response": {
                    name: _base64(answer["response"][name]) for name in _RESPONSE if answer["response"].get(name)
                },
                "clientExtensionResults": {"credProps": {"rk": can_sign_in_alone is True}},
            }
        except UNREADABLE as error:
            raise _not_accepted() from error


def _base64(text: str) -> str:
    if not re.fullmatch(r"[\w-]+", text, re.ASCII):
        raise ValueError(text)
    return text


def _not_accepted() -> ValidationError:
    return ValidationError(_("This passkey was not accepted. Try again."), code="passkey")


class PasskeyForm(forms.Form):
    """Shows errors of the browser's answer, which a person can't correct, as errors of the whole form."""

    credential = PasskeyAnswer()

    def add_error(self, field: str | None, error) -> None:
        super().add_error(None if field == "credential" else field, error)


class AddPasskeyForm(webauthn.AddWebAuthnForm, PasskeyForm):
    # Without a name it gets one, rather than be asked for again: the device has made it already.
    name = ShortTextField(label=gettext_lazy("Name of the passkey"), max_length=60, required=False)
    credential = PasskeyAnswer()
    # Each device makes it so that it can sign in alone, if it is able to.
    passwordless = None

    def clean(self) -> dict:
        if self.errors:
            return self.cleaned_data
        try:
            return super().clean()
        except (*UNREADABLE, ValidationError) as error:
            raise _not_accepted() from error


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    name = ShortTextField(label=gettext_lazy("Name of the passkey"), max_length=60)


class CheckedPasskey(PasskeyForm):
    """A form whose passkey is checked by fido2: whatever is wrong with it, it is not accepted."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except (*UNREADABLE, ValidationError) as error:
            raise _not_accepted() from error


class AuthenticatePasskeyForm(CheckedPasskey, webauthn.AuthenticateWebAuthnForm):
    credential = PasskeyAnswer()


class ReauthenticatePasskeyForm(CheckedPasskey, webauthn.ReauthenticateWebAuthnForm):
    credential = PasskeyAnswer()


class LoginPasskeyForm(CheckedPasskey, webauthn.LoginWebAuthnForm):
    """Signs in with the passkey alone, so that the device must have looked who holds it: by PIN, face or finger."""

    credential = PasskeyAnswer()

    def clean_credential(self) -> Authenticator:
        # The session's state doesn't say for which form it was made: other forms ask for less.
        try:
            data = AuthenticatorData(websafe_decode(self.cleaned_data["credential"]["response"]["authenticatorData"]))
        except UNREADABLE as error:
            raise _not_accepted() from error
        if not data.is_user_verified():
            raise _not_accepted()
        return super().clean_credential()

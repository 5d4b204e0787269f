"""The forms for sign-up, login, e-mail address, password and settings: allauth's with this project's fields and
rules."""

from uuid import uuid4

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url, setup_user_email
from allauth.core import context
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from readlist_site.base.rate_limits.limit import Limit, person_key
from readlist_site.base.web.rate_limit_http import network_of, take_for

from .fields import EmailAddressField, NameField, NewPasswordField, PasswordField
from .known_browser import let_sign_in
from .models import User
from .signup_policy import store_invitation
from .time_zones import TimeZoneField, canonical_time_zone, known_time_zones


def within_network_limit(form: forms.Form, name: str) -> bool:
    """Counts once for the client's network. Returns False above the limit, with an error on the form."""
    return take_for(context.request, form, Limit.of(name, network_of(context.request)))


class SignupRules:
    """The part of a sign-up form that is the same with a password and with an account elsewhere: name, e-mail address
    and its rules. A script fills in the browser's time zone."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "display_name": NameField(),
            "email": EmailAddressField(help_text=_only_at_domains()),
            "time_zone": forms.Field(required=False, widget=forms.HiddenInput),
        }
        self.order_fields(self.field_order)

    def clean_email(self) -> str:
        email = get_adapter().clean_email(self.cleaned_data["email"])
        if settings.SIGNUP_DOMAINS and email.rpartition("@")[2] not in settings.SIGNUP_DOMAINS:
            raise ValidationError(_only_at_domains(), code="domain")
        return email

    def clean(self) -> dict:
        """Looks up last whether the address has an account, and counts that: nobody may ask about many addresses, and
        what was mistyped counts for nothing."""
        data = super().clean()
        if not self.errors and within_network_limit(self, "sign_up"):
            try:
                data["email"] = self.validate_unique_email(data["email"])
            except ValidationError as error:
                self.add_error("email", error)
        return data

    def clean_time_zone(self) -> str:
        """Returns the canonical name of the time zone that a script filled in, or the default if it is unknown."""
        zone = canonical_time_zone(self.cleaned_data["time_zone"])
        return zone if zone in known_time_zones() else User._meta.get_field("time_zone").default

    def save(self, request: HttpRequest) -> User:
        """Creates all that belongs to the account, and the pending invitation, in one transaction. Mails will be in
        the language of this page.

        Where the address has an account, does the same for another address and undoes it, so that the time doesn't
        tell."""
        user = self.new_user(request)
        if self.account_already_exists:
            user.email = f"{uuid4().hex}@example.invalid"
        if len(settings.LANGUAGES) > 1:
            user.language = get_language()
        with transaction.atomic():
            self.save_user(request, user)
            store_invitation(request, user)
            transaction.set_rollback(self.account_already_exists)
        return user

    def new_user(self, request: HttpRequest) -> User:
        """Returns the user that is to be saved, with what was typed."""
        raise NotImplementedError

    def save_user(self, request: HttpRequest, user: User) -> None:
        """Saves the user and what belongs to it."""
        raise NotImplementedError

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Redirects to login if a simultaneous submission of the form has created the account. Where the address has
        an account already, it is mailed so."""
        if self.account_already_exists:
            self.save(request)
        try:
            return super().try_save(request)
        except IntegrityError:
            if not User.objects.filter(email=self.cleaned_data["email"]).exists():
                raise
            return None, redirect(passthrough_next_redirect_url(request, reverse("account_login"), REDIRECT_FIELD_NAME))


class SignupForm(SignupRules, allauth.SignupForm):
    """Signs up with a password."""

    field_order = ["display_name", "email", "password1", "time_zone"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = NewPasswordField(label=_("Password"))

    def clean_password1(self) -> str:
        about = User(**{name: self.cleaned_data.get(name, "") for name in ("email", "display_name")})
        return get_adapter().clean_password(self.cleaned_data["password1"], user=about)

    def new_user(self, request: HttpRequest) -> User:
        """The password is hashed before the transaction begins, which keeps it short."""
        return get_adapter().save_user(request, get_adapter().new_user(request), self, commit=False)

    def save_user(self, request: HttpRequest, user: User) -> None:
        user.save()
        setup_user_email(request, user, [])


def _only_at_domains() -> str:
    """Returns the sentence that says at which domains addresses must be to sign up; "" if at any."""
    return render_to_string("accounts/signup_domains.txt", {"domains": settings.SIGNUP_DOMAINS}).strip()


class LoginForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailAddressField(autocomplete="username")
        self.fields["password"] = PasswordField()

    def add_error(self, field: str | None, error) -> None:
        super().add_error(field or "password", error)


class ReauthenticateForm(allauth.ReauthenticateForm):
    password = PasswordField()


class OwnPassword:
    """The part of a form that asks `self.user` for their password again: its check of one field."""

    def check_own_password(self, field: str) -> str:
        """Returns what was typed. Raises ValidationError if it isn't the password; counts as an attempt to sign in."""
        if not get_adapter().reauthenticate(self.user, self.cleaned_data[field]):
            raise get_adapter().validation_error("incorrect_password")
        return self.cleaned_data[field]


class ChangeEmailForm(OwnPassword, allauth.AddEmailForm):
    """Changes the e-mail address. Requires the password, since the address controls the account."""

    email = EmailAddressField(label=gettext_lazy("New e-mail address"))
    password = PasswordField(label=gettext_lazy("Your password"))

    def clean_password(self) -> str:
        return self.check_own_password("password")

    def clean(self) -> dict:
        """Looks up last whether the address has an account, and counts that: nobody may ask about many addresses, or
        have mails sent to them."""
        data = super().clean()
        limit = Limit.of("change_email", person_key(self.user))
        if self.errors or not take_for(context.request, self, limit, "email"):
            return data
        # With real e-mail, the address's owner is notified instead: the page doesn't reveal that there is an account.
        if not settings.EMAIL_IS_REAL and User.objects.filter(email=data["email"]).exists():
            self.add_error("email", get_adapter().validation_error("email_taken"))
        return data

    def save(self, request: HttpRequest) -> EmailAddress:
        """Adds the address, to be confirmed by e-mail; changes it immediately if no e-mails are sent."""
        email = self.cleaned_data["email"]
        if settings.EMAIL_IS_REAL:
            self.user.emailaddress_set.filter(verified=False, primary=False).delete()
            return EmailAddress.objects.add_email(request, self.user, email, confirm=True)
        self.user.change_email(email, verified=False)
        return EmailAddress.objects.get_for_user(self.user, email)


class ChangePasswordForm(OwnPassword, allauth.ChangePasswordForm):
    oldpassword = PasswordField(label=gettext_lazy("Current password"))
    password1 = NewPasswordField()
    password2 = None

    def clean_oldpassword(self) -> str:
        return self.check_own_password("oldpassword")


class SetPasswordForm(allauth.SetPasswordForm):
    password1 = NewPasswordField()
    password2 = None


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):
    password1 = NewPasswordField()
    password2 = None

    def save(self) -> None:
        """Sets the password. Who has read the mail may sign in with this browser, whatever others have typed.

        If the address was never confirmed, somebody else may have signed up with it: accounts elsewhere no longer sign
        in to this one."""
        with transaction.atomic():
            if not self.user.emailaddress_set.filter(email=self.user.email, verified=True).exists():
                SocialAccount.objects.filter(user=self.user).delete()
            super().save()
        let_sign_in(context.request, self.user)


class ResetPasswordForm(allauth.ResetPasswordForm):
    """Sends a reset link, if e-mails are sent at all. The response doesn't reveal whether there is an account."""

    email = EmailAddressField()

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            within_network_limit(self, "password_reset")
        return data

    def save(self, request: HttpRequest, **kwargs) -> str:
        return super().save(request, **kwargs) if settings.EMAIL_IS_REAL else self.cleaned_data["email"]


class SettingsForm(forms.ModelForm):
    """Display name, time zone, theme, and the language where there are several."""

    display_name = NameField()
    time_zone = TimeZoneField(help_text=gettext_lazy("All dates and times are shown in this time zone."))
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    theme = forms.ChoiceField(
        choices=User.Theme.choices, required=False, widget=forms.RadioSelect, label=gettext_lazy("Theme")
    )

    class Meta:
        model = User
        fields = ["display_name", "time_zone", "language", "theme"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) > 1:
            self.fields["language"].choices = [("", _("As in my browser")), *settings.LANGUAGES]
        else:
            del self.fields["language"]

    def save(self, commit: bool = True) -> User:
        """Saves only these columns, so that simultaneous changes to others aren't overwritten."""
        if commit:
            self.instance.save(update_fields=list(self.fields))
        return self.instance

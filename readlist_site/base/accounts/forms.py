"""What we ask of a person: who they are, and now and then to prove it.

allauth's forms with our fields, words and rules. What is wrong with a password is said at the password.
"""

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url, setup_user_email
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from .fields import EmailAddressField, NameField, NewPasswordField, PasswordField
from .models import User
from .signup_policy import store_invitation
from .time_zones import known_time_zones, time_zone_choices


class SignupForm(allauth.SignupForm):
    """Name, address, password. The time zone comes along where the browser tells it."""

    display_name = NameField()
    time_zone = forms.Field(required=False, widget=forms.HiddenInput)

    field_order = ["display_name", "email", "password1", "time_zone"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailAddressField()
        self.fields["password1"] = NewPasswordField(label="Password")

    def clean_password1(self) -> str:
        about = User(**{name: self.cleaned_data.get(name, "") for name in ("email", "display_name")})
        return get_adapter().clean_password(self.cleaned_data["password1"], user=about)

    def clean_time_zone(self) -> str:
        """What a script filled in: worth having if it is a time zone, and no reason to stop if it is not."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in known_time_zones() else User._meta.get_field("time_zone").default

    def save(self, request: HttpRequest) -> User:
        """Make the whole account or nothing. The password is hashed before, so that nobody waits for that to write."""
        user = get_adapter().save_user(request, get_adapter().new_user(request), self, commit=False)
        with transaction.atomic():
            user.save()
            setup_user_email(request, user, [])
            store_invitation(request, user)
        return user

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Sent twice at once, the second finds the account made and may sign in."""
        try:
            return super().try_save(request)
        except IntegrityError:
            if not User.objects.filter(email=self.cleaned_data["email"]).exists():
                raise
            return None, redirect(passthrough_next_redirect_url(request, reverse("account_login"), REDIRECT_FIELD_NAME))


class LoginForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailAddressField(autocomplete="username")
        self.fields["password"] = PasswordField()

    def add_error(self, field: str | None, error) -> None:
        super().add_error(field or "password", error)


class ReauthenticateForm(allauth.ReauthenticateForm):
    password = PasswordField()


class ChangeEmailForm(allauth.AddEmailForm):
    """Another address. The password stands guard: whoever has the address has the account."""

    email = EmailAddressField(label="New e-mail")
    password = PasswordField(label="Your password")

    def clean_email(self) -> str:
        email = super().clean_email()
        # Where a mail will tell the owner of the address, the page needn't tell anyone that they have an account.
        if not settings.EMAIL_IS_REAL and User.objects.filter(email=email).exists():
            raise get_adapter().validation_error("email_taken")
        return email

    def clean_password(self) -> str:
        if not get_adapter().reauthenticate(self.user, self.cleaned_data["password"]):
            raise get_adapter().validation_error("incorrect_password")
        return self.cleaned_data["password"]

    def save(self, request: HttpRequest) -> EmailAddress:
        """The address counts once it is confirmed; at once, where no mail could bring the question."""
        email = self.cleaned_data["email"]
        if settings.EMAIL_IS_REAL:
            self.user.emailaddress_set.filter(verified=False, primary=False).delete()
            return EmailAddress.objects.add_email(request, self.user, email, confirm=True)
        self.user.change_email(email, verified=False)
        return EmailAddress.objects.get_for_user(self.user, email)


class ChangePasswordForm(allauth.ChangePasswordForm):
    oldpassword = PasswordField(label="Your password now")
    password1 = NewPasswordField()
    password2 = None


class SetPasswordForm(allauth.SetPasswordForm):
    password1 = NewPasswordField()
    password2 = None


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):
    password1 = NewPasswordField()
    password2 = None


class ResetPasswordForm(allauth.ResetPasswordForm):
    """Sends a link where mail is sent at all. The pages say the same to everyone, account or not."""

    email = EmailAddressField()

    def save(self, request: HttpRequest, **kwargs) -> str:
        return super().save(request, **kwargs) if settings.EMAIL_IS_REAL else self.cleaned_data["email"]


class SettingsForm(forms.ModelForm):
    """How one is called, and how pages look to one."""

    display_name = NameField()
    time_zone = forms.ChoiceField(choices=time_zone_choices, help_text="Times and dates are shown as they are there.")
    theme = forms.ChoiceField(
        choices=User.Theme.choices, required=False, widget=forms.RadioSelect, label="Light or dark"
    )

    class Meta:
        model = User
        fields = ["display_name", "time_zone", "theme"]

    def save(self, commit: bool = True) -> User:
        """Write these three and nothing else: what was changed meanwhile elsewhere stays changed."""
        if commit:
            self.instance.save(update_fields=self._meta.fields)
        return self.instance

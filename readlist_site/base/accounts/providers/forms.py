"""The forms of accounts elsewhere: allauth's with this project's rules for signing up."""

from allauth.socialaccount import forms as allauth
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest

from readlist_site.base.accounts.forms import SignupRules
from readlist_site.base.accounts.models import User


class ProviderSignupForm(SignupRules, allauth.SignupForm):
    """Signs up with an account elsewhere, without a password."""

    field_order = ["display_name", "email", "time_zone"]

    def new_user(self, request: HttpRequest) -> User:
        user = self.sociallogin.user
        user.display_name, user.time_zone = self.cleaned_data["display_name"], self.cleaned_data["time_zone"]
        user.email = self.cleaned_data["email"]
        user.set_unusable_password()
        return user

    def save_user(self, request: HttpRequest, user: User) -> None:
        """Saves the one address that was chosen. It is confirmed if the provider has confirmed it."""
        login = self.sociallogin
        login.email_addresses = [each for each in login.email_addresses if each.email == user.email]
        login.save(request)


class DisconnectForm(allauth.DisconnectForm):
    def add_error(self, field: str | None, error) -> None:
        """There is no field to see, but a button for each account."""
        super().add_error(None if field == "account" else field, error)

    def save(self) -> None:
        """Also disconnects an account whose provider is no longer in the settings."""
        try:
            super().save()
        except SocialApp.DoesNotExist:
            self.cleaned_data["account"].delete()

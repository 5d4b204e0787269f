"""The form that asks for an account to be deleted."""

from allauth.account.adapter import get_adapter
from django import forms

from readlist_site.base.accounts.fields import PasswordField
from readlist_site.base.accounts.models import User


class DeleteAccountForm(forms.Form):
    """Whether texts are erased, too, and the password. Who has none has just signed in anew: see the view."""

    erases_texts = forms.BooleanField(
        required=False,
        label="Erase what I wrote for groups, too",
        help_text="“Deleted by its author” will stand in its place. Your reviews keep their verdicts.",
    )
    password = PasswordField(label="Your password")

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        if not get_adapter().reauthenticate(self.user, self.cleaned_data["password"]):
            raise get_adapter().validation_error("incorrect_password")
        return self.cleaned_data["password"]

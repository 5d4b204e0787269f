"""The form that asks for an account to be deleted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from readlist_site.base.accounts.fields import PasswordField
from readlist_site.base.accounts.forms import OwnPassword
from readlist_site.base.accounts.models import User


class DeleteAccountForm(OwnPassword, forms.Form):
    """Whether texts are erased, too, and the password. Who has none has just signed in anew: see the view."""

    erases_texts = forms.BooleanField(
        required=False,
        label=_("Also erase everything I wrote in groups"),
        help_text=_("Your texts will be replaced by “Deleted by its author”. Your reviews keep their verdicts."),
    )
    password = PasswordField(label=_("Your password"))

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        return self.check_own_password("password")

"""Form fields for e-mail address, name and password."""

from allauth.account import fields as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readlist_site.base.web.short_text import ShortTextField

from .models import User, clean_display_name


def validate_email_address(address: str) -> None:
    """Raises ValidationError with a specific message for an invalid e-mail address."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(_email_address_error(address), code="address") from error


def _email_address_error(address: str) -> str:
    before, at, after = address.rpartition("@")
    if not at:
        return _("The @ is missing. An address looks like priya@example.org.")
    if any(c.isspace() for c in address):
        return _("Remove the space. An address looks like priya@example.org.")
    if not after:
        return _("Something is missing after the @. An address looks like priya@example.org.")
    if not before:
        return _("Something is missing before the @. An address looks like priya@example.org.")
    if "." not in after:
        return _("Something is missing at the end. An address looks like priya@example.org.")
    return _("This is not a valid address. An address looks like priya@example.org.")


class EmailAddressField(forms.EmailField):
    """An e-mail address, converted to lower case."""

    default_validators = [validate_email_address]

    def __init__(self, *, label: str = gettext_lazy("E-mail"), autocomplete: str = "email", **kwargs) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, widget=widget, max_length=User._meta.get_field("email").max_length, **kwargs)

    def to_python(self, value: str | None) -> str:
        return super().to_python(value).lower()


class NameField(ShortTextField):
    """The display name that members of one's groups see."""

    def __init__(self, **kwargs) -> None:
        kwargs = {
            "label": gettext_lazy("Your name"),
            "max_length": User._meta.get_field("display_name").max_length,
            "help_text": User._meta.get_field("display_name").help_text,
            "error_messages": dict.fromkeys(
                ("required", "invisible"), gettext_lazy("Write a name with at least one letter.")
            ),
            "widget": forms.TextInput(attrs={"autocomplete": "name"}),
        } | kwargs
        super().__init__(**kwargs)

    def clean_text(self, text: str) -> str:
        return clean_display_name(text)


class PasswordField(allauth.PasswordField):
    """The current password, with a link to reset it."""

    def __init__(self, *, label: str = gettext_lazy("Password")) -> None:
        super().__init__(label=label, autocomplete="current-password", show_reset_help=True)
        del self.widget.attrs["placeholder"]


class NewPasswordField(allauth.PasswordField):
    """A new password. It is typed once, since a mistyped one can be reset by e-mail link."""

    user: User | None = None

    def __init__(self, *, label: str = gettext_lazy("New password")) -> None:
        super().__init__(
            label=label, autocomplete="new-password", max_length=256, help_text=gettext_lazy("At least 10 characters")
        )
        del self.widget.attrs["placeholder"]

    def clean(self, value: str) -> str:
        """Validates the password, against `user` if the form has set it."""
        value = super().clean(value)
        return get_adapter().clean_password(value, user=self.user) if self.user else value

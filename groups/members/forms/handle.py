"""The form of a member's handle."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.members.handle import EVERYBODY, MAX_LENGTH, PATTERN, fold, handle_key


class HandleForm(forms.Form):
    """The handle, with or without its @."""

    handle = forms.CharField(
        max_length=MAX_LENGTH,
        label=_("Handle"),
        help_text=_(
            "Members mention you with @ and your handle. It consists of letters, digits and hyphens. If you change it, "
            "earlier mentions still mean you."
        ),
        error_messages={"required": _("Enter a handle.")},
        widget=forms.TextInput(attrs={"class": "input", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_handle(self) -> str:
        handle = fold(self.cleaned_data["handle"].removeprefix("@"))
        if not PATTERN.fullmatch(handle) or not handle_key(handle) or len(handle) > MAX_LENGTH:
            raise ValidationError(_("Use only letters, digits and hyphens."))
        if handle_key(handle) == handle_key(EVERYBODY):
            raise ValidationError(
                _("@%(handle)s mentions everybody in the group. Choose another.") % {"handle": handle}
            )
        return handle

"""The form of an invitation link: for how many days and uses it is valid."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.members.invitation import DAYS

DURATIONS = [1, 7, 14, 30]
MAX_USES = 100


def _durations() -> list[tuple[int, str]]:
    return [(days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in DURATIONS]


class InvitationForm(forms.Form):
    """Both fields are optional."""

    days = forms.TypedChoiceField(
        choices=_durations,
        coerce=int,
        empty_value=DAYS,
        initial=DAYS,
        required=False,
        label=_("Works for"),
    )
    max_uses = forms.IntegerField(
        min_value=1,
        max_value=MAX_USES,
        required=False,
        label=_("Number of people"),
        help_text=_("Leave this empty for no limit."),
        error_messages={
            "invalid": _("Enter a number."),
            "min_value": _("Enter a number from 1 to 100."),
            "max_value": _("Enter a number from 1 to 100."),
        },
    )

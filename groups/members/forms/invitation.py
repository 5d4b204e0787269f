"""The form of an invitation link: for how many days and uses it is valid."""

from django import forms

from groups.members.invitation import DAYS

DURATIONS = {1: "a day", 7: "a week", 14: "two weeks", 30: "thirty days"}
MAX_USES = 100


class InvitationForm(forms.Form):
    """Both fields are optional."""

    days = forms.TypedChoiceField(
        choices=list(DURATIONS.items()),
        coerce=int,
        empty_value=DAYS,
        initial=DAYS,
        required=False,
        label="Works for",
    )
    max_uses = forms.IntegerField(
        min_value=1,
        max_value=MAX_USES,
        required=False,
        label="For how many people?",
        help_text="Leave it empty, and the link lets in whoever has it.",
        error_messages={
            "invalid": "Write a number.",
            "min_value": "One is the least.",
            "max_value": f"{MAX_USES} are the most.",
        },
    )

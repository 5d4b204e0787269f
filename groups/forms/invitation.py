"""How long a link works, and for how many."""

from django import forms

from groups.models.invitation import DAYS

LASTS = {1: "a day", 7: "a week", 14: "two weeks", 30: "thirty days"}
MOST = 100


class InvitationForm(forms.Form):
    """Both may be left as they are."""

    days = forms.TypedChoiceField(
        choices=list(LASTS.items()),
        coerce=int,
        empty_value=DAYS,
        initial=DAYS,
        required=False,
        label="Works for",
    )
    most_uses = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        required=False,
        label="For how many people?",
        help_text="Leave it empty, and the link lets in whoever has it.",
        error_messages={
            "invalid": "Write a number.",
            "min_value": "One is the least.",
            "max_value": f"{MOST} are the most.",
        },
    )

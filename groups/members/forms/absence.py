"""How long somebody is away."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

LONGEST = timedelta(days=366)


class AbsenceForm(forms.Form):
    """The first day on which one is back, where one is: from its beginning on."""

    back_on = forms.DateField(
        required=False,
        label="Back on",
        help_text="From the first minute of that day on, in your time zone. Leave it empty if you don’t know yet.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a date: 2027-01-31."},
    )

    def clean_back_on(self) -> datetime | None:
        """The moment at which that day begins where the person is."""
        day, today = self.cleaned_data["back_on"], timezone.localdate()
        if day is None:
            return None
        if not today < day <= today + LONGEST:
            raise forms.ValidationError("Choose a day after today, within a year.")
        return timezone.make_aware(datetime.combine(day, time.min))

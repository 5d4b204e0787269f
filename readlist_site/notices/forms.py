"""How one is told by mail."""

from django import forms

from .kinds import every_kind, mail_for
from .models import Choice


class ChoicesForm(forms.Form):
    """A choice for each kind."""

    def __init__(self, *args, person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        chosen = mail_for([person])
        for kind in every_kind():
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.label,
                choices=Choice.Mail.choices,
                widget=forms.RadioSelect,
                initial=chosen[person.pk, kind.name],
            )

    def save(self) -> None:
        Choice.objects.choose(self.person, self.cleaned_data)

"""The form of the notification settings."""

from django import forms

from .email_preference import EmailPreference
from .kinds import NotificationKind, email_preferences_for, optional_kinds

Mail = EmailPreference.Mail


def _ways(kind: NotificationKind) -> set[str]:
    """Return what people can choose for a kind."""
    mailed = {Mail.AT_ONCE, Mail.DAILY} if kind.is_mailed else set()
    return {Mail.NEVER, *mailed, *({Mail.OFF} if kind.can_be_off else ())}


class EmailPreferencesForm(forms.Form):
    """One choice per kind of notification."""

    def __init__(self, *args, person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        chosen = email_preferences_for([person])
        for kind in optional_kinds():
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.label,
                choices=[each for each in Mail.choices if each[0] in _ways(kind)],
                widget=forms.RadioSelect,
                initial=chosen[person.pk, kind.name],
            )

    def save(self) -> None:
        EmailPreference.objects.set_for(self.person, self.cleaned_data)

"""The form of the notification settings."""

from django import forms
from django.utils.text import capfirst

from .email_preference import EmailPreference
from .kinds import NotificationKind, Section, email_preferences_for, optional_kinds

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
                choices=[(way, capfirst(label)) for way, label in Mail.choices if way in _ways(kind)],
                initial=chosen[person.pk, kind.name],
            )

    @property
    def sections(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """The fields by section of the settings."""
        kinds = optional_kinds()
        return [(each, [self[kind.name] for kind in kinds if kind.section == each]) for each in Section]

    def save(self) -> None:
        EmailPreference.objects.set_for(self.person, self.cleaned_data)

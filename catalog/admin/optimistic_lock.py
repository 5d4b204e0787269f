"""A form with optimistic locking: it detects that its row was changed since the page was opened."""

from hashlib import sha256

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from catalog.curation.change_text import value_text
from catalog.outline.change import Change

from .change_message import value_of


class OptimisticLockForm(forms.ModelForm):
    """Refuses a save once if the row was changed since, showing the present values; saving again overwrites them."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, label="")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "seen" in self.fields:
            self.fields["seen"].has_changed = lambda initial, data: False
            self.fields["seen"].initial = self.fingerprint() if self.instance.pk else ""

    def fingerprint(self) -> str:
        """A hash of the row's values in this form's fields and of `retired_at`."""
        values = model_to_dict(self.instance, fields=self._meta.fields)
        values |= {"retired_at": getattr(self.instance, "retired_at", None)}
        return sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]

    def clean(self) -> dict:
        data = super().clean()
        data = self.cleaned_data if data is None else data
        seen = data.pop("seen", "")
        if seen and self.instance.pk and seen != self.fields["seen"].initial and self.changed_data:
            self._report_conflict()
        return data

    def _report_conflict(self) -> None:
        """Add errors that say who saved and what the changed fields contain now. Keeps the submitted values and updates
        `seen`, so that saving again succeeds."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.fields["seen"].initial
        last = Change.objects.filter(**self.change_filter()).select_related("by").first()
        if last and last.by:
            saved = _(
                "%(curator)s changed this after you opened it. Your changes aren’t saved. The differences are marked "
                "below. Save again to overwrite the other changes."
            )
        else:
            saved = _(
                "This was changed after you opened it. Your changes aren’t saved. The differences are marked below. "
                "Save again to overwrite the other changes."
            )
        self.add_error(
            None,
            saved % {"curator": last.by if last else ""},
        )
        for name in self.changed_data:
            old = self.get_initial_for_field(self.fields[name], name)
            self.add_error(name, _("Present value: %(value)s") % {"value": value_text(value_of(self, name, old))})

    def change_filter(self) -> dict:
        """The filter for the change-log lines that may be about this row: those of its list, or of the source."""
        row = self.instance
        if row._meta.model_name == "source":
            return {"source": row}
        owner = row.section if row._meta.model_name == "entry" else row
        return {"list": owner if owner._meta.model_name == "readinglist" else owner.list}

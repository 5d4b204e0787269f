"""What a save at the desk changed, in words: one line for the history, with the values before and after."""

from collections.abc import Iterable

from django import forms
from django.db.models import Model
from django.utils.text import Truncator, capfirst

_ROOM = 160
NOT_SAID = {"seen", "id"}


def of_save(form: forms.ModelForm, formsets: Iterable[forms.BaseInlineFormSet], *, new: bool, place: str = "") -> str:
    """What this save did; nothing if it changed nothing. Ask after it."""
    row = form.instance
    said = [] if new else _differences(form)
    for formset in formsets:
        said += [line for each in formset.forms if (line := _beside(each, formset))]
    if new:
        where = f" to {place}" if place else ""
        return "; ".join([f"Added {row._meta.verbose_name} “{row}”{where}", *said])
    return f"Changed {row._meta.verbose_name} “{_old_name(form)}”: {'; '.join(said)}" if said else ""


def value_in_words(form: forms.ModelForm, name: str, value: object) -> str:
    """A value as the form shows it."""
    field = form.fields[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(field, forms.ModelChoiceField):
        found = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()
        return f"“{found}”" if found else "nothing"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    words = dict(getattr(field, "choices", ())).get(value, value)
    return f"“{Truncator(' '.join(str(words).split())).chars(_ROOM)}”"


def _differences(form: forms.ModelForm) -> list[str]:
    return [_difference(form, name) for name in form.changed_data if name not in NOT_SAID and name in form.cleaned_data]


def _difference(form: forms.ModelForm, name: str) -> str:
    label = form.fields[name].label or name
    before = value_in_words(form, name, form.get_initial_for_field(form.fields[name], name))
    return f"{label[:1].lower()}{label[1:]} from {before} to {value_in_words(form, name, form.cleaned_data[name])}"


def _beside(form: forms.ModelForm, formset: forms.BaseInlineFormSet) -> str:
    """What became of a row in a table under the form."""
    row, name = form.instance, form.instance._meta.verbose_name
    if not form.has_changed() or not hasattr(form, "cleaned_data"):
        return ""
    if form in formset.extra_forms:
        return f"added {name} “{row}”"
    if form in formset.deleted_forms:
        return f"removed {name} “{row}”"
    said = _differences(form)
    return f"{name} “{_old_name(form)}”: {', '.join(said)}" if said else ""


def _old_name(form: forms.ModelForm) -> str:
    """What the row was called before, where the form changed its name."""
    name = next((name for name in ("title", "text", "listed_title") if name in form.fields), "")
    return form.initial.get(name) or capfirst(str(form.instance)) if name else str(form.instance)

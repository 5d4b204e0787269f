"""Describes what saving an admin form changed, as a line for the change log with the values before and after."""

from collections.abc import Iterable

from django import forms
from django.db.models import Model
from django.utils.text import capfirst

EXCLUDED = {"seen", "id"}

Value = str | int | bool | None


def describe_save(
    form: forms.ModelForm, formsets: Iterable[forms.BaseInlineFormSet], *, new: bool, place: dict | None = None
) -> tuple[str, dict] | None:
    """The code and facts of this save for the change log, or None if it changed nothing. Call it after saving."""
    row = form.instance
    fields = [] if new else _differences(form)
    rows = [line for formset in formsets for each in formset.forms if (line := _beside(each, formset))]
    facts = {"model": row._meta.model_name, "fields": fields, "rows": rows}
    if new:
        return "added", {**facts, "row": str(row), **({"place": place} if place else {})}
    return ("changed", {**facts, "row": _old_name(form)}) if fields or rows else None


def value_of(form: forms.ModelForm, name: str, value: object) -> Value:
    """A field's value as the form shows it; None for an empty one."""
    stored = stored_value(form, name, value)
    if isinstance(stored, str) and not isinstance(form.fields[name], forms.ModelChoiceField):
        return str(dict(getattr(form.fields[name], "choices", ())).get(stored, stored))
    return stored


def stored_value(form: forms.ModelForm, name: str, value: object) -> Value:
    """A field's value as the change log stores it: the key of a choice, the name of a row; None for an empty one."""
    field = form.fields[name]
    if isinstance(value, bool):
        return value
    if value is None or value in ("", []):
        return None
    if isinstance(field, forms.ModelChoiceField):
        found = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()
        return str(found) if found else None
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return str(value)


def _differences(form: forms.ModelForm) -> list[dict[str, Value]]:
    return [_difference(form, name) for name in form.changed_data if name not in EXCLUDED and name in form.cleaned_data]


def _difference(form: forms.ModelForm, name: str) -> dict[str, Value]:
    before = form.get_initial_for_field(form.fields[name], name)
    return {
        "label": name,
        "before": stored_value(form, name, before),
        "after": stored_value(form, name, form.cleaned_data[name]),
    }


def _beside(form: forms.ModelForm, formset: forms.BaseInlineFormSet) -> dict | None:
    """What became of an inline row: added, removed or changed; None if nothing."""
    row, model = form.instance, form.instance._meta.model_name
    if not form.has_changed() or not hasattr(form, "cleaned_data"):
        return None
    if form in formset.extra_forms:
        return {"done": "added", "model": model, "row": str(row)}
    if form in formset.deleted_forms:
        return {"done": "removed", "model": model, "row": str(row)}
    fields = _differences(form)
    return {"done": "changed", "model": model, "row": _old_name(form), "fields": fields} if fields else None


def _old_name(form: forms.ModelForm) -> str:
    """The row's name before the change, since the form may have changed it."""
    name = next((name for name in ("title", "text", "listed_title") if name in form.fields), "")
    return form.initial.get(name) or capfirst(str(form.instance)) if name else str(form.instance)

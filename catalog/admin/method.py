"""The method of a list, edited below it: its steps, and the prompts that a summary answers, each in its order."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils import timezone

from catalog.outline.method import MethodStep, Prompt

from .base import WideInput
from .optimistic_lock import OptimisticLockForm

_ASIDE = 1000  # more than a method has steps
_LAST = 32_767


class OrderedForm(OptimisticLockForm):
    """Its place is a number among the others'; blank is last. Two may be given the same, and two may swap theirs."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        return _LAST if position is None else position

    def _get_validation_exclusions(self) -> set[str]:
        """Places are settled together, when all are known."""
        return super()._get_validation_exclusions() | {"position"}


class StepForm(OrderedForm):
    class Meta:
        model = MethodStep
        fields = ["position", "text"]


class PromptForm(OrderedForm):
    """A prompt is retired, never deleted: summaries have answered it."""

    retired = forms.BooleanField(required=False, help_text="New summaries don't answer it.")

    class Meta:
        model = Prompt
        fields = ["position", "text"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].initial = bool(self.instance.retired_at)

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("retired"):
            self.instance.retired_at = None
        elif self.instance.retired_at is None:
            self.instance.retired_at = timezone.now()
        return data


class InOrder(forms.BaseInlineFormSet):
    """Rows numbered from one in the order that was asked for."""

    def save(self, commit: bool = True) -> list[models.Model]:
        saved = super().save(commit=False)
        if not commit or not self.has_changed():
            return saved
        for row in self.deleted_objects:
            row.delete()
        kept = [form for form in self.forms if form.instance.pk or (form in self.extra_forms and form.has_changed())]
        rows = [form for form in kept if form not in self.deleted_forms]
        rows.sort(key=_asked_for)
        # Out of each other's way first: no two may have one place even for a moment.
        self.model.objects.filter(list=self.instance).update(position=models.F("position") + _ASIDE)
        for position, form in enumerate(rows, start=1):
            form.instance.position = position
            form.instance.save()
        return saved


def _asked_for(form: forms.ModelForm) -> tuple[int, int]:
    """Of two with one number the one that was just given it comes first, or last if it came from above."""
    was, now = form.initial.get("position") or _LAST, form.instance.position
    return now, (now > was) - (now < was)


class MethodStepInline(admin.TabularInline):
    model = MethodStep
    form = StepForm
    formset = InOrder
    fields = ["position", "text", "seen"]
    formfield_overrides = {models.CharField: {"widget": WideInput}}
    extra = 0


class PromptInline(admin.TabularInline):
    model = Prompt
    form = PromptForm
    formset = InOrder
    fields = ["position", "text", "retired", "seen"]
    formfield_overrides = {models.CharField: {"widget": WideInput}}
    extra = 0
    can_delete = False

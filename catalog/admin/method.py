"""Inlines of a list's method: its steps, and the prompts that a summary answers."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.outline.method import MethodStep, Prompt

from .base import WideInput
from .optimistic_lock import OptimisticLockForm

_ASIDE = 1000  # more than a method has steps
_LAST = 32_767


class OrderedForm(OptimisticLockForm):
    """A row with a position among its siblings; blank means last. Equal positions are allowed: `InOrder` renumbers."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        return _LAST if position is None else position

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude `position`, whose uniqueness can't be checked before `InOrder` renumbers all rows."""
        return super()._get_validation_exclusions() | {"position"}


class StepForm(OrderedForm):
    class Meta:
        model = MethodStep
        fields = ["position", "text"]


class PromptForm(OrderedForm):
    """A prompt, which can be retired but not deleted, since summaries may have answered it."""

    retired = forms.BooleanField(
        label=gettext_lazy("Retired"), required=False, help_text=gettext_lazy("New summaries don’t answer it.")
    )

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
        if "text" in self.changed_data:
            self.instance.is_standard = False
        return data


class InOrder(forms.BaseInlineFormSet):
    """Saves the rows with positions from 1 on, in the submitted order."""

    def save(self, commit: bool = True) -> list[models.Model]:
        saved = super().save(commit=False)
        if not commit or not self.has_changed():
            return saved
        for row in self.deleted_objects:
            row.delete()
        kept = [form for form in self.forms if form.instance.pk or (form in self.extra_forms and form.has_changed())]
        rows = [form for form in kept if form not in self.deleted_forms]
        rows.sort(key=_asked_for)
        # Shift all positions first: they are unique, so no two rows may share one even temporarily.
        self.model.objects.filter(list=self.instance).update(position=models.F("position") + _ASIDE)
        for position, form in enumerate(rows, start=1):
            form.instance.position = position
            form.instance.save()
        return saved


def standard_prompts_message() -> str:
    """What a curator is told when a list gets the standard prompts."""
    return _(
        "This list had no prompts, so members could not write summaries. It now has the three standard prompts. "
        "You can change them under “Prompts”."
    )


def _asked_for(form: forms.ModelForm) -> tuple[int, int]:
    """A sort key: by position; a row moved up to a position comes before the row that has it, one moved down after."""
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
    fields = ["position", "text", "standard", "retired", "seen"]
    readonly_fields = ["standard"]
    formfield_overrides = {models.CharField: {"widget": WideInput}}
    extra = 0
    can_delete = False

    @admin.display(description=gettext_lazy("standard prompt"))
    def standard(self, prompt: Prompt) -> str:
        """ "yes" for a standard prompt that no curator has reworded."""
        return _("yes") if prompt.is_standard else "\N{EN DASH}"

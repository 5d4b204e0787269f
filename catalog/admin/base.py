"""What all desks of the curators share."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst

from catalog.models import Change, Doubt, LinkCheck, RelatedLink
from readlist_site.text import MAX_LENGTH, render
from readlist_site.web.choosing import ChoosesRows


class WideInput(AdminTextInputWidget):
    """A line as wide as the texts below it: titles and links are long."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "vLargeTextField"})


class LowTextarea(AdminTextareaWidget):
    """For a sentence or two."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


class KeepsRelated(ChoosesRows):
    """No cross beside a related row: it would offer to delete what others rest on."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field


class MarkdownForm(forms.ModelForm):
    """A form whose Markdown is rendered when it is right. `markdown` names the field, whose HTML is `<field>_html`."""

    markdown = ""

    def clean(self) -> dict:
        data = super().clean()
        text = (data or {}).get(self.markdown)
        if text is not None:
            if len(text) > MAX_LENGTH:
                self.add_error(self.markdown, f"This is longer than {MAX_LENGTH:,} characters.")
            else:
                setattr(self.instance, f"{self.markdown}_html", render(text).html if text else "")
        return data


class CuratedAdmin(KeepsRelated, admin.ModelAdmin):
    """Deletes only what was added here and nothing rests on, and one by one; for all else there is retiring."""

    save_on_top = True
    list_per_page = 100

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        # What the file has would be there again after the next import.
        return may and (obj is None or not (getattr(obj, "as_read", None) or rests_on(obj)))


# What the catalogue itself knows of a row, and would know of nothing else.
_OWN = {Change, Doubt, LinkCheck, RelatedLink}


def rests_on(obj: Model) -> bool:
    """Whether any other row points at this one, save what only tells of it."""
    relations = (
        relation for relation in obj._meta.related_objects if not relation.hidden and relation.related_model not in _OWN
    )
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: obj}).exists() for relation in relations
    )


class StandingFilter(admin.SimpleListFilter):
    """What readers see, or what was retired."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", "in the list"), ("no", "retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


class RetiringActions:
    """Two actions: hide, and bring back."""

    @admin.display(description="standing", boolean=True)
    def stands(self, obj: Model) -> bool:
        return obj.retired_at is None

    @admin.action(description="Retire: hide from readers, keep what people did", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._each(request, queryset, "retire", "retired")

    @admin.action(description="Bring back", permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._each(request, queryset, "restore", "brought back")

    def _each(self, request: HttpRequest, queryset: QuerySet, verb: str, said: str) -> None:
        chosen = list(queryset)
        for obj in chosen:
            getattr(obj, verb)()
            self.log_change(request, obj, f"{capfirst(said)}.")
        names = self.opts.verbose_name if len(chosen) == 1 else self.opts.verbose_name_plural
        self.message_user(request, f"{len(chosen)} {names} {said}.", messages.SUCCESS)

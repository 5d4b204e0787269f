"""What all desks of the curators share."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import transaction
from django.db.models import CharField, Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from catalog.curation.change_text import change_text
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import RelatedLink
from catalog.sources.source import Source
from readlist_site.base.text import MAX_LENGTH, render
from readlist_site.base.web.admin_widgets import AutocompleteRows
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import validate_visible

from . import change_message
from .optimistic_lock import OptimisticLockForm


class WideInput(AdminTextInputWidget):
    """A line as wide as the texts below it: titles and links are long."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "vLargeTextField"})


class LowTextarea(AdminTextareaWidget):
    """For a sentence or two."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


class WithoutDeleteRelated(AutocompleteRows):
    """No cross beside a related row: it would offer to delete what others rest on. A title must be visible; else it is
    stored as it was typed, so that a list can be exported byte for byte as it was read."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        if field and type(db_field) is CharField and not db_field.choices:
            field.validators.append(validate_visible)
        return field


class MarkdownForm(OptimisticLockForm):
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


class CuratedAdmin(WithoutDeleteRelated, admin.ModelAdmin):
    """Deletes only what was added here and nothing rests on, and one by one; for all else there is retiring."""

    save_on_top = True
    list_per_page = 100
    # How a list is asked for the one that a row belongs to; blank where rows belong to none.
    within_list = ""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict]]:
        """With what the row said when the page was opened."""
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is None or not issubclass(self.form, OptimisticLockForm):
            return [(name, options), *others]
        return [(name, {**options, "fields": [*options["fields"], "seen"]}), *others]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args, **kwargs) -> HttpResponse:
        """Whoever saves waits for whoever else is saving in the same list, and is checked against what they left."""
        pk = whole_number(object_id)
        if request.method != "POST" or pk is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        if self.within_list:
            rows = ReadingList.objects.filter(pk__in=self.lists_of(pk))
        else:
            rows = self.model.objects.filter(pk=pk)
        with transaction.atomic():
            list(rows.select_for_update())
            return super().changeform_view(request, object_id, *args, **kwargs)

    def lists_of(self, pk: int) -> QuerySet:
        """The key of the list that a row belongs to."""
        return self.model.objects.filter(pk=pk).values(self.within_list)

    def list_of(self, obj: Model) -> ReadingList | None:
        """The list whose history tells of the row."""
        return ReadingList.objects.get(pk__in=self.lists_of(obj.pk)) if self.within_list else None

    def location_of(self, obj: Model) -> dict | None:
        """Where a new row is, as `arranging.location_of` has it."""
        return None

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """Write a line of history for what the save changed, and count it."""
        super().save_related(request, form, formsets, change)
        place = None if change else self.location_of(form.instance)
        if line := change_message.describe_save(form, formsets, new=not change, place=place):
            self.record_change(request, form.instance, *line)

    def record_change(self, request: HttpRequest, obj: Model, code: str, facts: dict, *, gone: bool = False) -> None:
        """Write the line into the history of the row's list, else of the source that it is."""
        reading_list = self.list_of(obj)
        if reading_list:
            ReadingList.objects.bump_version(reading_list.pk)
        source = obj if isinstance(obj, Source) and not gone else None
        Change.objects.record(code, facts, by=request.user, list=reading_list, source=source)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.record_change(request, obj, "deleted", {"model": str(obj._meta.verbose_name), "row": str(obj)}, gone=True)
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        # What the file has would be there again after the next import.
        return may and (obj is None or not (getattr(obj, "last_imported", None) or is_referenced(obj)))


# What the catalogue itself knows of a row, and would know of nothing else.
_CATALOG_MODELS = {Change, LinkIssue, LinkCheck, LinkSchedule, RelatedLink}


def is_referenced(obj: Model) -> bool:
    """Whether any other row points at this one, save what only tells of it."""
    relations = (
        relation
        for relation in obj._meta.related_objects
        if not relation.hidden and relation.related_model not in _CATALOG_MODELS
    )
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: obj}).exists() for relation in relations
    )


class RetiredFilter(admin.SimpleListFilter):
    """What readers see, or what was retired."""

    title = "state"
    parameter_name = "listed"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", "in the list"), ("no", "retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


class RetireActions:
    """Two actions: hide, and bring back."""

    @admin.display(description="in the list", boolean=True)
    def is_listed(self, obj: Model) -> bool:
        return obj.retired_at is None

    @admin.action(description="Retire: hide from readers, keep what people did", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._each(request, queryset, tree_edits.retire, "retired")

    @admin.action(description="Bring back", permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._each(request, queryset, tree_edits.restore, "brought back")

    def _each(self, request: HttpRequest, queryset: QuerySet, act: Callable[..., Change | None], said: str) -> None:
        """One transaction for all. Of what a heading took along nothing more is told."""
        with transaction.atomic():
            chosen = list(queryset)
            for obj in chosen:
                if change := act(obj, by=request.user):
                    self.log_change(request, obj, change_text(change))
        names = self.opts.verbose_name if len(chosen) == 1 else self.opts.verbose_name_plural
        self.message_user(request, f"{len(chosen)} {names} {said}.", messages.SUCCESS)

"""Base classes of the catalogue's admin."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import transaction
from django.db.models import CharField, Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.curation.change_text import change_text
from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.links.link_schedule import LinkSchedule
from catalog.lists.reading_list import ReadingList
from catalog.outline import tree_edits
from catalog.outline.change import Change
from catalog.outline.entry import RelatedLink
from catalog.outline.usage import references_to
from catalog.sources.source import Source
from readlist_site.base.text import MAX_LENGTH, RENDERER_VERSION, render
from readlist_site.base.web.admin_widgets import AutocompleteRows
from readlist_site.base.web.pagination import whole_number
from readlist_site.base.web.short_text import validate_visible

from . import change_message
from .optimistic_lock import OptimisticLockForm


class AdminPages:
    """A mixin for a ModelAdmin with pages of its own."""

    def admin_page(self, request: HttpRequest, name: str, *, status: int = 200, **context) -> TemplateResponse:
        """A page of the admin: the template of this name in `admin/catalog/`."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/catalog/{name}", context, status=status)


class WideInput(AdminTextInputWidget):
    """A text input as wide as a textarea, for titles and links."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "vLargeTextField"})


class LowTextarea(AdminTextareaWidget):
    """A textarea of three rows."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


class WithoutDeleteRelated(AutocompleteRows):
    """Removes the delete button beside related objects, which may be in use elsewhere, and requires a visible character
    in every CharField without choices. Values aren't stripped, so that an export stays byte for byte."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        if field and type(db_field) is CharField and not db_field.choices:
            field.validators.append(validate_visible)
        return field


class MarkdownForm(OptimisticLockForm):
    """A form that renders the Markdown of the field named by `markdown` into the instance's `<field>_html`."""

    markdown = ""

    def clean(self) -> dict:
        data = super().clean()
        text = (data or {}).get(self.markdown)
        if text is not None:
            if len(text) > MAX_LENGTH:
                self.add_error(
                    self.markdown, _("This is longer than %(number)s characters.") % {"number": f"{MAX_LENGTH:,}"}
                )
            else:
                rendered = render(text, line_breaks=False)
                if not rendered.refusal:
                    setattr(self.instance, f"{self.markdown}_html", rendered.html)
                    self.instance.renderer = RENDERER_VERSION
                elif self.markdown in self.changed_data:
                    self.add_error(self.markdown, rendered.refusal)
        return data


class CuratedAdmin(WithoutDeleteRelated, admin.ModelAdmin):
    """A ModelAdmin that locks on save and writes the change log. A row can only be deleted, one at a time, if it wasn't
    imported and no other row points at it; any other can be retired."""

    save_on_top = True
    list_per_page = 100
    # The lookup from a row to the primary key of its list; blank if the model's rows have no list.
    within_list = ""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict]]:
        """Add the hidden field `seen`, the fingerprint of the row when the page was opened, to the first fieldset."""
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is None or not issubclass(self.form, OptimisticLockForm):
            return [(name, options), *others]
        return [(name, {**options, "fields": [*options["fields"], "seen"]}), *others]

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args, **kwargs) -> HttpResponse:
        """Handle a POST in a transaction that first locks the row, so that the form is validated against what a
        concurrent save wrote."""
        pk = whole_number(object_id)
        if request.method != "POST" or pk is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        with transaction.atomic():
            self.lock(pk)
            return super().changeform_view(request, object_id, *args, **kwargs)

    def lock(self, pk: int) -> None:
        """Lock the row's list, or the row itself if it has none, until the transaction ends."""
        if self.within_list:
            rows = ReadingList.objects.filter(pk__in=self.lists_of(pk))
        else:
            rows = self.model.objects.filter(pk=pk)
        list(rows.select_for_update())

    def lists_of(self, pk: int) -> QuerySet:
        """A values queryset with the primary key of the row's list."""
        return self.model.objects.filter(pk=pk).values(self.within_list)

    def list_of(self, obj: Model) -> ReadingList | None:
        """The list whose change log has the changes of the row, or None."""
        return ReadingList.objects.get(pk__in=self.lists_of(obj.pk)) if self.within_list else None

    def location_of(self, obj: Model) -> dict | None:
        """The place of a new row for the change log, as `tree_edits.heading_ref` returns it."""
        return None

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """Save, and record what changed in the change log."""
        super().save_related(request, form, formsets, change)
        place = None if change else self.location_of(form.instance)
        if line := change_message.describe_save(form, formsets, new=not change, place=place):
            self.record_change(request, form.instance, *line)

    def record_change(self, request: HttpRequest, obj: Model, code: str, facts: dict, *, gone: bool = False) -> None:
        """Write a change-log line for the row's list, whose version is bumped, and for the row if it is a source.
        `gone` means that the row is about to be deleted, so that the line doesn't point at it."""
        reading_list = self.list_of(obj)
        if reading_list:
            ReadingList.objects.bump_version(reading_list.pk)
        source = obj if isinstance(obj, Source) and not gone else None
        Change.objects.record(code, facts, by=request.user, list=reading_list, source=source)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.record_change(request, obj, "deleted", {"model": obj._meta.model_name, "row": str(obj)}, gone=True)
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        # The next import would add an imported row again.
        return may and (obj is None or not (getattr(obj, "last_imported", None) or is_referenced(obj)))


# Models whose rows only describe the row they point at, and so don't prevent its deletion.
_CATALOG_MODELS = {Change, LinkIssue, LinkCheck, LinkSchedule, RelatedLink}


def is_referenced(obj: Model) -> bool:
    """Whether a row of any model other than _CATALOG_MODELS points at this one."""
    return bool(references_to(obj, among=lambda each: not each.hidden and each.related_model not in _CATALOG_MODELS))


class RetiredFilter(admin.SimpleListFilter):
    """Filters by whether rows are in the list or retired."""

    title = gettext_lazy("state")
    parameter_name = "listed"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", _("in the list")), ("no", _("retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() is None:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


class RetireActions:
    """Adds the actions to retire and to restore rows. The page of a retired row says that it is."""

    change_form_template = "admin/catalog/retired_form.html"

    @admin.display(description=gettext_lazy("in the list"), boolean=True)
    def is_listed(self, obj: Model) -> bool:
        return obj.retired_at is None

    @admin.action(description=gettext_lazy("Retire: hide from readers, delete nothing"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = self._each(request, queryset, tree_edits.retire)
        retired = ngettext("%(number)s retired.", "%(number)s retired.", count)
        self.message_user(request, retired % {"number": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = self._each(request, queryset, tree_edits.restore)
        restored = ngettext("%(number)s restored.", "%(number)s restored.", count)
        self.message_user(request, restored % {"number": count}, messages.SUCCESS)

    def _each(self, request: HttpRequest, queryset: QuerySet, act: Callable[..., Change | None]) -> int:
        """Apply `act` to all rows in one transaction, and log those that changed. Rows changed together with a heading
        aren't logged again. Returns the number of rows."""
        with transaction.atomic():
            chosen = list(queryset)
            for obj in chosen:
                if change := act(obj, by=request.user):
                    self.log_change(request, obj, change_text(change))
        return len(chosen)

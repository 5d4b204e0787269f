"""The admin of headings, with their entries as inlines."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.outline import tree_edits
from catalog.outline.section import Section

from .base import CuratedAdmin, LowTextarea, MarkdownForm, RetireActions, RetiredFilter, WideInput
from .entry import EntryInline
from .where_listed import message_other_listings

# With many more entries, the form would exceed Django's limit on the number of submitted fields.
MAX_INLINE_ENTRIES = 40


class SectionForm(MarkdownForm):
    markdown = "body"

    class Meta:
        model = Section
        fields = ["list", "parent", "kind", "role", "title", "body"]
        widgets = {"title": WideInput(), "body": LowTextarea()}

    def clean(self) -> dict:
        data = super().clean()
        if not self.instance.pk:
            parent = data.get("parent")
            self.instance.level = parent.level + 1 if parent else 1
            self.instance.position = tree_edits.LAST
        return data


@admin.register(Section)
class SectionAdmin(RetireActions, CuratedAdmin):
    form = SectionForm
    list_display = ["indented", "kind", "role", "is_listed"]
    list_filter = [RetiredFilter, "list", "kind", "role"]
    search_fields = ["title", "body"]
    ordering = ["list", "position"]
    autocomplete_fields = ["parent"]
    fields = ["list", "parent", "kind", "role", "title", "body"]
    actions = ["retire", "restore"]
    within_list = "list"
    inlines = [EntryInline]

    @admin.display(description=gettext_lazy("heading"), ordering="position")
    def indented(self, section: Section) -> str:
        """The title, indented by its level."""
        return "\u2003" * (section.level - 1) + section.title

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """In the autocomplete of an entry's section, offer topics and shelves only."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if request.GET.get("model_name") == "entry":
            found = found.filter(kind__in=[Section.Kind.TOPIC, Section.Kind.SHELF])
        return found, duplicates

    def get_readonly_fields(self, request: HttpRequest, obj: Section | None = None) -> list[str]:
        """List and parent of an existing heading are read-only: it can't leave its list, and is moved on the page
        "Arrange"."""
        return ["list", "parent", "entry_links"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Section | None) -> list:
        return [] if has_links(request, obj) else super().get_inlines(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Section | None = None) -> list[tuple[str | None, dict]]:
        fieldsets = super().get_fieldsets(request, obj)
        if has_links(request, obj):
            many = _("There are too many entries to edit them here. Edit each on its own page.")
            fieldsets.append((_("Entries"), {"fields": ["entry_links"], "description": many}))
        return fieldsets

    @admin.display(description=gettext_lazy("entries"))
    def entry_links(self, section: Section) -> SafeString:
        """The entries as links to their change pages."""
        retired = _(" (retired)")
        rows = (
            (reverse("admin:catalog_entry_change", args=[entry.pk]), entry, retired if entry.retired_at else "")
            for entry in section.entries.all()
        )
        return format_html("<ol>{}</ol>", format_html_join("", '<li><a href="{}">{}</a>{}</li>', rows))

    def location_of(self, obj: Section) -> dict | None:
        return tree_edits.heading_ref(obj.parent)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: BaseFormSet, change: bool) -> None:
        changed = formset.save(commit=False)
        for each in formset.forms:
            if each.instance in changed:
                each.assign_source()
                each.instance.save()
                if not {"why", "url"}.isdisjoint(each.changed_data):
                    each.instance.relate()

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        tree_edits.renumber(form.instance.list)
        for each in (each for formset in formsets for each in formset.forms):
            if each.has_new_source:
                message_other_listings(request, each.instance)


def has_links(request: HttpRequest, section: Section | None) -> bool:
    """Whether the page of a heading links to its entries instead of showing them as inlines: if there are more than
    MAX_INLINE_ENTRIES. Inlines that were submitted are always saved."""
    if section is None or "entries-TOTAL_FORMS" in request.POST:
        return False
    return request.method == "POST" or section.entries.count() > MAX_INLINE_ENTRIES

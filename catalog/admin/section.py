"""The headings of a list: what each one is, what role it gives, and the entries under it."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest

from catalog import arranging
from catalog.models import Section

from .base import CuratedAdmin, LowTextarea, MarkdownForm, RetiringActions, StandingFilter, WideInput
from .entry import EntryInline
from .standing import say_where_else


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
            self.instance.position = arranging.LAST
        return data


@admin.register(Section)
class SectionAdmin(RetiringActions, CuratedAdmin):
    form = SectionForm
    list_display = ["indented", "kind", "role", "stands"]
    list_filter = [StandingFilter, "list", "kind", "role"]
    search_fields = ["title", "body"]
    ordering = ["list", "position"]
    autocomplete_fields = ["parent"]
    fields = ["list", "parent", "kind", "role", "title", "body"]
    actions = ["retire", "bring_back"]
    within_list = "list"
    inlines = [EntryInline]

    @admin.display(description="heading", ordering="position")
    def indented(self, section: Section) -> str:
        """The title, set in by how deep it stands."""
        return "\u2003" * (section.level - 1) + section.title

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Those who look for the place of an entry are shown topics and shelves."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if request.GET.get("model_name") == "entry":
            found = found.filter(kind__in=[Section.Kind.TOPIC, Section.Kind.SHELF])
        return found, duplicates

    def get_readonly_fields(self, request: HttpRequest, obj: Section | None = None) -> list[str]:
        """A heading stays in its list: what stands under it could not follow. It moves where the list is arranged."""
        return ["list", "parent"] if obj else []

    def place_of(self, obj: Section) -> str:
        return arranging.place_name(obj.parent)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: BaseFormSet, change: bool) -> None:
        changed = formset.save(commit=False)
        for each in formset.forms:
            if each.instance in changed:
                each.place()
                each.instance.save()

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        arranging.settle(form.instance.list)
        for each in (each for formset in formsets for each in formset.forms):
            if each.has_new_source:
                say_where_else(request, each.instance)

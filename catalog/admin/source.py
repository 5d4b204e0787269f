"""The admin of sources."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from catalog.links.link_check import LinkCheck
from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.fields import LinkField
from catalog.sources.source import Source
from readlist_site.base.web.admin_permissions import NoAdding, NoChanging

from .base import CuratedAdmin, LowTextarea, WideInput
from .optimistic_lock import OptimisticLockForm
from .source_merge import MergePages
from .where_listed import known_source_message


class AuthorsField(forms.CharField):
    """A list of names, one per line."""

    widget = forms.Textarea

    def prepare_value(self, value: list | str | None) -> str:
        return "\n".join(value) if isinstance(value, list) else value or ""

    def to_python(self, value: str | None) -> list[str]:
        return [" ".join(line.split()) for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: list | None, data: str | None) -> bool:
        return (initial or []) != self.to_python(data)


class SourceForm(OptimisticLockForm):
    url = forms.URLField(
        label=gettext_lazy("Link"),
        max_length=500,
        assume_scheme="https",
        widget=WideInput(),
        help_text=gettext_lazy("As listed."),
    )
    better_url = LinkField(label=gettext_lazy("Better link"), widget=WideInput(), required=False)
    authors = AuthorsField(
        label=gettext_lazy("Authors"),
        required=False,
        help_text=gettext_lazy("One name per line. A last line “others” means that there are more authors."),
    )

    class Meta:
        model = Source
        fields = [
            "listed_title",
            "url",
            "title",
            "authors",
            "year",
            "venue",
            "kind",
            "identifier",
            "leads_to_listed",
            "link_note",
            "better_url",
        ]
        widgets = {"listed_title": WideInput(), "title": WideInput(), "link_note": LowTextarea()}
        help_texts = {
            "kind": gettext_lazy("If empty, a new source gets the kind that its link suggests."),
            "identifier": gettext_lazy("arXiv id, DOI or ISBN. If empty, a new source gets the one in its link."),
        }

    def clean_url(self) -> str:
        """Refuse a changed URL that isn't a web address or that belongs to another source, saying where that is
        listed."""
        url = self.cleaned_data["url"]
        try:
            known = Source.objects.by_url(url) if "url" in self.changed_data else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if known not in (None, self.instance):
            raise forms.ValidationError(known_source_message(known))
        return url


class ListedEntryInline(NoAdding, admin.TabularInline):
    """The source's entries, read-only."""

    model = Entry
    verbose_name_plural = gettext_lazy("entries of this source")
    fields = ["title", "section", "role", "reread"]
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True


class LinkCheckInline(NoAdding, NoChanging, admin.TabularInline):
    """The link checks of the source, latest first, read-only."""

    model = LinkCheck
    verbose_name_plural = gettext_lazy("link checks")
    fields = ["at", "outcome", "status", "finding", "title", "final_url"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    @admin.display(description=gettext_lazy("note"))
    def finding(self, check: LinkCheck) -> str:
        """What happened, in the reader's language."""
        return check.note_text


@admin.register(Source)
class SourceAdmin(MergePages, CuratedAdmin):
    form = SourceForm
    list_display = ["listed_title", "title", "kind", "year", "venue", "leads_to_listed"]
    list_filter = ["leads_to_listed", "kind"]
    search_fields = ["listed_title", "title", "authors", "canonical_url", "identifier"]
    readonly_fields = ["canonical_url"]
    fieldsets = [
        (None, {"fields": ["listed_title", "url", "canonical_url"]}),
        (gettext_lazy("Facts"), {"fields": ["title", "authors", ("year", "venue"), ("kind", "identifier")]}),
        (gettext_lazy("Link"), {"fields": ["leads_to_listed", "link_note", "better_url"]}),
    ]
    inlines = [ListedEntryInline, LinkCheckInline]

    def lock(self, pk: int) -> None:
        """Lock the lists with the source first and then the source, the same order as elsewhere, to avoid deadlocks."""
        list(lists_that_name(pk).select_for_update())
        super().lock(pk)

    def save_model(self, request: HttpRequest, obj: Source, form: forms.ModelForm, change: bool) -> None:
        """Save the source and synchronise its link issue with the form; a changed URL is also set on all entries.
        Either bumps the version of the lists with the source."""
        of_link = {"leads_to_listed", "link_note", "better_url"} & set(form.changed_data)
        moved = change and "url" in form.changed_data
        if moved and not of_link:
            obj.confirm_link()
        if change and (moved or of_link):
            for each in lists_that_name(obj.pk):
                ReadingList.objects.bump_version(each.pk)
        if moved:
            obj.save_with_new_url()
            LinkIssue.objects.close_for_new_url(obj, by=request.user)
        else:
            super().save_model(request, obj, form, change)
        if of_link:
            LinkIssue.objects.sync_with_source(obj, by=request.user)


def lists_that_name(pk: int) -> QuerySet[ReadingList]:
    """The lists with an entry of the source, in the order in which they must be locked."""
    return ReadingList.objects.filter(pk__in=Section.objects.filter(entries__source=pk).values("list")).order_by("pk")

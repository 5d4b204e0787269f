"""The admin of entries."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.outline import tree_edits
from catalog.outline.derived_fields import topic_and_role
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source

from .base import CuratedAdmin, LowTextarea, MarkdownForm, RetireActions, RetiredFilter, WideInput, WithoutDeleteRelated
from .where_listed import already_here_message, message_other_listings


class EntryForm(MarkdownForm):
    """An entry whose source is found or created by its link, unless the curator chooses another."""

    markdown = "why"

    class Meta:
        model = Entry
        fields = ["section", "title", "url", "source", "why", "own_role", "reread"]
        widgets = {"title": WideInput(), "url": WideInput(), "why": LowTextarea()}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].required = False
            self.fields["source"].help_text = _(
                "If you leave it empty or unchanged, it will be the source at the link."
            )

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude `source` and `topic`, which `assign_source` sets."""
        return super()._get_validation_exclusions() | {"source", "topic"}

    def clean(self) -> dict:
        data = super().clean()
        url, source = data.get("url"), data.get("source")
        self.follows_link = bool(url) and (source is None or {"url", "source"} & set(self.changed_data) == {"url"})
        if source is None:
            # An empty choice must not be set on the row: `assign_source` finds the source on saving.
            data.pop("source", None)
        if self._leaves_list(data):
            self.add_error(
                "section", _("An entry can’t move to another list. Add its source to the other list instead.")
            )
        elif here := self._here(data):
            field = "section" if not self.has_new_source else "url" if self.follows_link else "source"
            self.add_error(field, already_here_message(here))
        return data

    def _leaves_list(self, data: dict) -> bool:
        """Whether the entry would move to another list, which is refused: readings and summaries belong to its list,
        and the next import would look for it there."""
        section = data.get("section")
        return bool(self.instance.pk and section) and section.list_id != self.instance.section.list_id

    @property
    def has_new_source(self) -> bool:
        """Whether the source may change: link or source was changed, as in every new entry."""
        return not {"url", "source"}.isdisjoint(self.changed_data)

    def _here(self, data: dict) -> Entry | None:
        """The entry with the same source that the topic has already, if the form changes source or section."""
        section = data.get("section")
        if not section or not section.pk or not (self.has_new_source or "section" in self.changed_data):
            return None
        try:
            source = Source.objects.by_url(data["url"]) if self.follows_link else data.get("source")
        except ValueError:
            return None  # Entry.clean reports the invalid URL.
        if not source:
            return None
        topic, _ = topic_and_role(self.instance, [section, *reversed(section.headings_above)])
        return source.listed_entries().filter(topic=topic).exclude(pk=self.instance.pk).first()

    def assign_source(self) -> None:
        """Set the entry's source by its link, unless one was chosen, and its section as a preliminary topic. A new or
        moved entry is put last. Doesn't save the entry, but may save or create the source."""
        entry = self.instance
        if entry.position is None or "section" in self.changed_data:
            entry.position = tree_edits.LAST
        if getattr(self, "follows_link", False) and (
            entry.source_id is None or entry.source.canonical_url != url_key(entry.url)
        ):
            follows = entry.source_id is not None and entry.source.move_to_url(entry.url, entry=entry)
            if not follows:
                entry.source = Source.objects.get_or_create_by_url(entry.url, title=entry.title)
        if entry.topic_id is None:
            entry.topic = entry.section


class TierFilter(admin.SimpleListFilter):
    """Filters entries by tier."""

    title = gettext_lazy("tier")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        tiers = Section.objects.not_retired().filter(kind=Section.Kind.TIER).order_by("list", "position")
        return [(str(tier.pk), tier.title) for tier in tiers]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        if not (self.value() or "").isdecimal():
            return queryset
        tier = Section.objects.filter(pk=self.value()).first()
        return queryset.filter(section__in=tier.with_all_below()) if tier else queryset.none()


class EntriesUnderHeading(forms.BaseInlineFormSet):
    """The inline entries of a heading. Validates what a single form can't: new entries against the heading's kind and
    against each other, and entries that were moved or deleted concurrently."""

    rows = None

    def get_queryset(self) -> QuerySet[Entry] | list[Entry]:
        """The submitted rows in their order once they are validated, since the page takes the rows' names from here."""
        return self.rows or super().get_queryset()

    def clean(self) -> None:
        super().clean()
        self._refuse_moved()
        self._refuse_twice()
        holds = self.instance.kind in {Section.Kind.TOPIC, Section.Kind.SHELF}
        if not holds and any(form.has_changed() and not form.instance.pk for form in self.forms):
            raise forms.ValidationError(_("Entries must be in a topic, or on a shelf under a topic."))

    def _refuse_moved(self) -> None:
        """Add an error for each entry that is no longer under this heading, whose changes would be lost silently."""
        self.rows = [form.instance for form in self.initial_forms]
        for place, form in enumerate(self.initial_forms):
            if not form.instance.pk:
                self.rows[place] = row = form.cleaned_data.get("id") or form.instance
                if row.pk:
                    gone = _("“%(row)s” was moved elsewhere. Nothing is saved. Copy your text and reload this page.")
                else:
                    gone = _("“%(row)s” was deleted. Nothing is saved. Copy your text and reload this page.")
                form.add_error(None, gone % {"row": row})

    def _refuse_twice(self) -> None:
        """Add an error for a new row with the same canonical URL as a new row above."""
        above = set()
        for form in self.forms:
            url = "" if form.instance.pk or form.errors else form.cleaned_data.get("url")
            if url and url_key(url) in above:
                form.add_error("url", _("Another new entry has the same source."))
            elif url:
                above.add(url_key(url))


class EntryInline(WithoutDeleteRelated, admin.StackedInline):
    model = Entry
    fk_name = "section"
    form = EntryForm
    formset = EntriesUnderHeading
    fields = [("own_role", "reread"), "title", "url", "source", "why", "seen"]
    autocomplete_fields = ["source"]
    extra = 0
    can_delete = False
    show_change_link = True


@admin.register(Entry)
class EntryAdmin(RetireActions, CuratedAdmin):
    form = EntryForm
    list_display = ["title", "where", "role", "reread", "is_listed"]
    list_filter = [RetiredFilter, "section__list", TierFilter, "role", "reread"]
    list_select_related = ["topic"]
    search_fields = ["title", "why", "source__listed_title", "source__title", "source__canonical_url"]
    ordering = ["topic__list", "position"]
    autocomplete_fields = ["section", "source"]
    fields = ["section", ("own_role", "reread"), "title", "url", "source", "why"]
    actions = ["retire", "restore"]
    within_list = "section__list"

    @admin.display(description=gettext_lazy("topic"), ordering="position")
    def where(self, entry: Entry) -> str:
        """The topic, with the role in brackets."""
        role = entry.get_role_display()
        return f"{entry.topic.short_name} ({role})" if role else entry.topic.short_name

    def location_of(self, obj: Entry) -> dict | None:
        return tree_edits.heading_ref(obj.section)

    def save_model(self, request: HttpRequest, obj: Entry, form: forms.ModelForm, change: bool) -> None:
        if isinstance(form, EntryForm):
            form.assign_source()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.relate()
        tree_edits.renumber(form.instance.section.list)
        if isinstance(form, EntryForm) and form.has_new_source:
            message_other_listings(request, form.instance)

"""An entry: a source's place in a list, with the title it is listed by and the reason to read it there."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList, is_curator
from catalog.markdown.commonmark import related_links
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source
from catalog.sources.source_role import Role
from readlist_site.base.languages.direction import isolated

from .section import Section


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user) -> "EntryQuerySet":
        """The entries of the lists that the user may see."""
        return self.shown(drafts=is_curator(user))

    def shown(self, *, drafts: bool) -> "EntryQuerySet":
        """The entries of lists that are no draft; with `drafts`, as curators see them, those of all lists."""
        return self if drafts else self.exclude(topic__list__status=ReadingList.Status.DRAFT)

    def not_retired(self) -> "EntryQuerySet":
        """The entries that aren't retired."""
        return self.filter(retired_at=None)

    def in_list_order(self) -> "EntryQuerySet":
        """Ordered by list title and list position, with source, list and the headings above fetched in the same
        query."""
        headings = "section__parent__parent__parent__parent__parent"
        return self.select_related("source", "topic__list", headings).order_by("topic__list__title", "position", "pk")

    def by_id_or_kept_duplicate(self, pk: int) -> "EntryQuerySet":
        """The entry with this primary key and, if that one is retired, the first entry of the same source left in its
        section: merging sources retires duplicates."""
        retired = Entry.objects.filter(pk=pk, retired_at__isnull=False, reread=False)
        twins = {"section__in": retired.values("section"), "source__in": retired.values("source")}
        left = Entry.objects.not_retired().filter(**twins, reread=False).order_by("position", "pk").values("pk")[:1]
        return self.filter(models.Q(pk=pk) | models.Q(pk__in=left))


class Entry(models.Model):
    """One source in one section. The same source may have other entries with other reasons."""

    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="entries", verbose_name=gettext_lazy("heading")
    )
    topic = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        related_name="topic_entries",
        editable=False,
        help_text="The topic it belongs to: its section, or the topic above it.",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="entries", verbose_name=gettext_lazy("source")
    )
    position = models.PositiveIntegerField(help_text="Place in the whole list, counted over all entries.")
    title = models.CharField(gettext_lazy("title"), max_length=300, help_text=gettext_lazy("As listed."))
    url = models.CharField(gettext_lazy("link"), max_length=500, help_text=gettext_lazy("As listed."))
    why = models.TextField(
        gettext_lazy("reason"), blank=True, help_text=gettext_lazy("Why to read it here, in Markdown.")
    )
    why_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    line_breaks, hides_private = False, True  # of a list's file: see `render_anew`
    own_role = models.CharField(
        gettext_lazy("role"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=gettext_lazy("If empty, the role of the heading above applies."),
    )
    role = models.CharField(
        gettext_lazy("role"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        editable=False,
        help_text=_("Its own role. Without one, the role of the nearest heading above that has one."),
    )
    reread = models.BooleanField(
        gettext_lazy("read again"),
        default=False,
        help_text=gettext_lazy("Members read it again here. Having read it elsewhere doesn’t count."),
    )
    source_text = models.TextField(blank=True, editable=False, help_text="Its lines in the list, verbatim.")
    last_imported = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its fields as the file last gave them."
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = gettext_lazy("entry")
        verbose_name_plural = gettext_lazy("entries")
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="catalog_entry_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def url_in_topic(self) -> str:
        """Its address on the page of its topic."""
        return self.topic.entry_url(self.pk)

    @property
    def short_title(self) -> str:
        """The title up to the first dash, colon or bracket: "Alignment Forum" of "Alignment Forum – RLHF"."""
        return re.split(r"\s+[–—|-]\s+|:\s+|\s+\(", self.title, maxsplit=1)[0] or self.title

    @property
    def real_title(self) -> str:
        """The source's own title if that differs from the listed one; "" if the link leads elsewhere."""
        return "" if self.source.leads_elsewhere else self.source.real_title_beside(self.title)

    @property
    def location_label(self) -> str:
        """Its headings and role, without its topic: "Tier 1 — Non-Negotiable Core, Primary sources, core"."""
        headings = [heading.title for heading in self.section.headings_above if heading.pk != self.topic_id]
        shelf = [self.section.title] if self.section_id != self.topic_id else []
        listed = (
            _("listed as “%(title)s”") % {"title": isolated(self.title)}
            if self.title != self.source.listed_title
            else ""
        )
        parts = (*map(isolated, [*headings, *shelf]), self.get_role_display(), listed)
        return ", ".join(part for part in parts if part)

    def clean(self) -> None:
        super().clean()
        try:
            # The field itself reports a missing URL, and a form without the field must not get an error for it.
            if self.url:
                url_key(self.url)
        except ValueError as error:
            raise ValidationError({"url": str(error)}) from error
        if self.section_id and self.section.kind not in {Section.Kind.TOPIC, Section.Kind.SHELF}:
            raise ValidationError({"section": _("Entries must be in a topic, or on a shelf under a topic.")})

    def relate(self) -> None:
        """Replace its related links by those in its reason. Call it after a change of `why` or `url`."""
        self.related_links.all().delete()
        self.related_links.bulk_create(self.links_in_why())

    def links_in_why(self) -> "list[RelatedLink]":
        """The related links in its reason, unsaved, without its own link and without duplicates."""
        links = list(dict.fromkeys((title or url, url) for title, url in related_links(self.why) if url != self.url))
        return [
            RelatedLink(entry=self, position=position, title=title[:300], url=url)
            for position, (title, url) in enumerate(links, start=1)
        ]

    def retire(self) -> None:
        """Set `retired_at`, which hides the entry from readers. Readings and notes stay."""
        self.retired_at = self.retired_at or timezone.now()
        self.save(update_fields=["retired_at"])

    def restore(self) -> None:
        """Clear `retired_at` of the entry and of the headings above it."""
        self.retired_at = None
        self.save(update_fields=["retired_at"])
        at = self.section
        while at is not None and at.retired_at:
            Section.objects.filter(pk=at.pk).update(retired_at=None)
            at = at.parent


class RelatedLink(models.Model):
    """Another link in an entry's reason, such as code of a paper or slides of a talk. Written by `Entry.relate`.

    Only the JSON export uses these rows; pages show the reason's HTML, which contains the links."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="related_links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    url = models.CharField("link", max_length=500)

    class Meta:
        ordering = ["entry", "position"]
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="catalog_related_link_position")]

    def __str__(self) -> str:
        return self.title

"""A source's place in a list: the title it is listed by, and why to read it there."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from catalog.lists.reading_list import ReadingList, is_curator
from catalog.markdown.parser import related_links
from catalog.markdown.role import Role
from catalog.sources.canonical_url import url_key
from catalog.sources.source import Source

from .section import Section


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user) -> "EntryQuerySet":
        """The entries of the lists that a person may see."""
        return self if is_curator(user) else self.exclude(topic__list__status=ReadingList.Status.DRAFT)

    def not_retired(self) -> "EntryQuerySet":
        """What a curator has not retired."""
        return self.filter(retired_at=None)

    def in_list_order(self) -> "EntryQuerySet":
        """In order, list by list, each with the headings above it."""
        headings = "section__parent__parent__parent__parent__parent"
        return self.select_related("source", "topic__list", headings).order_by("topic__list__title", "position", "pk")

    def by_id_or_kept_duplicate(self, pk: int) -> "EntryQuerySet":
        """The entry with this key; where that one was retired, because its source stood twice in its section, the one
        that was left there."""
        retired = Entry.objects.filter(pk=pk, retired_at__isnull=False, reread=False)
        twins = {"section__in": retired.values("section"), "source__in": retired.values("source")}
        left = Entry.objects.not_retired().filter(**twins, reread=False).order_by("position", "pk").values("pk")[:1]
        return self.filter(models.Q(pk=pk) | models.Q(pk__in=left))


class Entry(models.Model):
    """One source at one place. The same source may stand elsewhere for another reason."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="entries")
    topic = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        related_name="topic_entries",
        editable=False,
        help_text="The topic it belongs to: its section, or the topic above it.",
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField(help_text="Place in the whole list, counted over all entries.")
    title = models.CharField(max_length=300, help_text="As listed.")
    url = models.CharField("link", max_length=500, help_text="As listed.")
    why = models.TextField(blank=True, help_text="Markdown: why to read it here.")
    why_html = models.TextField(blank=True, editable=False)
    own_role = models.CharField(
        "role", max_length=20, choices=Role.choices, blank=True, help_text="Blank: as the heading above says."
    )
    role = models.CharField(
        max_length=20,
        choices=Role.choices,
        blank=True,
        editable=False,
        help_text="Its own role, else that of the nearest heading that has one.",
    )
    reread = models.BooleanField(
        default=False, help_text="To be read again here: having read it elsewhere does not count."
    )
    source_text = models.TextField(blank=True, editable=False, help_text="Its lines in the list, verbatim.")
    last_imported = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its fields as the file last gave them."
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="catalog_entry_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_title(self) -> str:
        """The first words of the title, for narrow places: "Alignment Forum" of "Alignment Forum – RLHF"."""
        return re.split(r"\s+[–—|-]\s+|:\s+|\s+\(", self.title, maxsplit=1)[0] or self.title

    @property
    def real_title(self) -> str:
        """What the source calls itself, where the list calls it something else and the link leads to it."""
        return "" if self.source.leads_elsewhere else self.source.real_title_beside(self.title)

    @property
    def location_label(self) -> str:
        """Where it stands within its list and what for: "Tier 1 — Non-Negotiable Core, Primary sources, core"."""
        headings = [heading.title for heading in self.section.headings_above if heading.pk != self.topic_id]
        shelf = [self.section.title] if self.section_id != self.topic_id else []
        listed = f"listed as “{self.title}”" if self.title != self.source.listed_title else ""
        return ", ".join(part for part in (*headings, *shelf, self.get_role_display(), listed) if part)

    def clean(self) -> None:
        super().clean()
        try:
            # Where there is none the field says so, and a form without it must not hear of it.
            if self.url:
                url_key(self.url)
        except ValueError as error:
            raise ValidationError({"url": str(error)}) from error
        if self.section_id and self.section.kind not in {Section.Kind.TOPIC, Section.Kind.SHELF}:
            raise ValidationError({"section": "Sources stand in a topic, or on a shelf under one."})

    def relate(self) -> None:
        """Set its related links anew from its reason. Call it when that has changed."""
        self.related_links.all().delete()
        self.related_links.bulk_create(self.links_in_why())

    def links_in_why(self) -> "list[RelatedLink]":
        """The related links that its reason names, unsaved."""
        links = list(dict.fromkeys((title or url, url) for title, url in related_links(self.why) if url != self.url))
        return [
            RelatedLink(entry=self, position=position, title=title[:300], url=url)
            for position, (title, url) in enumerate(links, start=1)
        ]

    def retire(self) -> None:
        """Hide it. What people read and wrote stays."""
        self.retired_at = self.retired_at or timezone.now()
        self.save(update_fields=["retired_at"])

    def restore(self) -> None:
        """Bring it back, with the headings above it."""
        self.retired_at = None
        self.save(update_fields=["retired_at"])
        at = self.section
        while at is not None and at.retired_at:
            Section.objects.filter(pk=at.pk).update(retired_at=None)
            at = at.parent


class RelatedLink(models.Model):
    """Another link that an entry's reason names beside its source: code of a paper, slides of a talk. In order; see
    `Entry.relate`.

    Pages show none of these: the reason's own HTML has every one of them, in the words around it. The rows are for the
    export as JSON."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="related_links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    url = models.CharField("link", max_length=500)

    class Meta:
        ordering = ["entry", "position"]
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="catalog_related_link_position")]

    def __str__(self) -> str:
        return self.title

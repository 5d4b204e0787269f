"""A section: a heading of a reading list and the Markdown under it, up to the next heading or entry."""

import re

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.lists.reading_list import ReadingList, is_curator
from catalog.markdown.excerpt import excerpt
from catalog.sources.source_role import Role
from readlist_site.base.web.addresses import address

_TIER = re.compile(r"(?:^|\b)Tier\s+(?P<number>\d+)\s*[—–:-]\s*(?P<name>.+)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<number>\d+|[A-Z])[.)]\s+(?P<name>.+)$")

_TEXTS_ABOVE = [
    f"{'parent__' * depth}{column}"
    for depth in range(1, 6)
    for column in ("body", "body_html", "source_text", "last_imported")
]


class SectionQuerySet(models.QuerySet["Section"]):
    def visible_to(self, user) -> "SectionQuerySet":
        """The headings of the lists that the user may see."""
        return self.in_shown_lists(drafts=is_curator(user))

    def in_shown_lists(self, *, drafts: bool) -> "SectionQuerySet":
        """The headings of all lists if `drafts` may be seen, too; else of those that everybody may see."""
        return self if drafts else self.exclude(list__status=ReadingList.Status.DRAFT)

    def not_retired(self) -> "SectionQuerySet":
        """The headings that aren't retired."""
        return self.filter(retired_at=None)

    def topics(self) -> "SectionQuerySet":
        """The topics that aren't retired, in list order."""
        return self.not_retired().filter(kind=Section.Kind.TOPIC).order_by("position", "pk")

    def headings_only(self) -> "SectionQuerySet":
        """Without the texts under the headings."""
        return self.defer("body", "body_html", "source_text", "last_imported")

    def with_headings_above(self) -> "SectionQuerySet":
        """Fetch the list and the titles of all headings above in the same query: at most five, since Markdown has six
        levels."""
        return self.select_related("list", "parent__parent__parent__parent__parent").defer(*_TEXTS_ABOVE)


class Section(models.Model):
    """A heading. `kind` determines how pages show it; `level` is only its depth in the Markdown."""

    class Kind(models.TextChoices):
        TIER = "tier", _("tier")
        PART = "part", _("part")
        TOPIC = "topic", _("topic")
        SHELF = "shelf", _("shelf")
        PAGE = "page", _("page")

    list = models.ForeignKey(
        ReadingList, on_delete=models.CASCADE, related_name="sections", verbose_name=_("reading list")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("heading above"),
    )
    position = models.PositiveIntegerField(help_text="Place in the whole list, counted over all headings.")
    level = models.PositiveSmallIntegerField(help_text="1 for #, 2 for ##, and so on.")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("If empty, the role of the heading above applies."),
    )
    title = models.CharField(_("title"), max_length=300, help_text=_("As listed, with its number."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown under the heading, without its entries."))
    body_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    line_breaks, hides_private = False, True  # of a list's file: see `render_anew`
    source_text = models.TextField(blank=True, editable=False, help_text="The heading and its body, verbatim.")
    last_imported = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its fields as the file last gave them."
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["list", "position", "pk"]
        verbose_name = _("heading")
        verbose_name_plural = _("headings")
        indexes = [models.Index(fields=["list", "kind", "position"], name="catalog_section_by_kind")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="catalog_section_has_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.kind in {self.Kind.TOPIC, self.Kind.PAGE}:
            return address(self.kind, self.pk)
        return f"{address('list', self.list.slug)}#{self.anchor}"

    def entry_url(self, pk: int) -> str:
        """The address of one of the topic's entries: the topic's page, opened at the part of the shelf that has it."""
        return f"{self.get_absolute_url()}?from={pk}#entry-{pk}"

    @property
    def anchor(self) -> str:
        """The heading's fragment on the list's page."""
        return f"section-{self.pk}"

    @property
    def number(self) -> str:
        """The number or letter that the title begins with: "3" of "3. Evaluation", "4" of "READLIST — Tier 4: …"."""
        match = _TIER.search(self.title) or _NUMBERED.match(self.title)
        return match["number"] if match else ""

    @property
    def name(self) -> str:
        """The title without its number."""
        match = _TIER.search(self.title) or _NUMBERED.match(self.title)
        return match["name"] if match else self.title

    @property
    def title_from_number(self) -> str:
        """The title without what comes before its tier: "Tier 4: Failure" of "READLIST — Tier 4: Failure"."""
        match = _TIER.search(self.title)
        return self.title[match.start() :] if match else self.title

    @property
    def short_name(self) -> str:
        """The name without a final bracket."""
        return re.sub(r"\s*\([^)]*\)$", "", self.name) or self.name

    @property
    def excerpt(self) -> str:
        """The first words of its body, for one line."""
        return excerpt(self.body)

    @property
    def headings_above(self) -> "list[Section]":
        """The headings above, outermost first. One query each, unless fetched by `with_headings_above`."""
        above, at = [], self.parent
        while at is not None:
            above.insert(0, at)
            at = at.parent
        return above

    def descendants(self, kind: str) -> SectionQuerySet:
        """The headings of a kind below this one, at any depth, that aren't retired, in list order."""
        below = models.Q()
        for depth in range(1, 6):
            below |= models.Q(**{"__".join(["parent"] * depth): self})
        return Section.objects.not_retired().filter(below, kind=kind).order_by("position", "pk")

    def pages_below(self) -> SectionQuerySet:
        """The pages below this one that aren't retired, in list order."""
        return self.descendants(self.Kind.PAGE)

    def clean(self) -> None:
        """Raise ValidationError if parent or kind don't fit the tree, in which every entry must belong to a topic."""
        super().clean()
        above = self._chain_above()
        if self.parent and self.parent.list_id != self.list_id:
            raise ValidationError({"parent": _("This heading is in another list.")})
        if self.pk and any(heading.pk == self.pk for heading in above):
            raise ValidationError({"parent": _("A heading can’t be under itself.")})
        topic_above = any(heading.kind == self.Kind.TOPIC for heading in above)
        if self.kind == self.Kind.SHELF and not topic_above:
            raise ValidationError({"kind": _("A shelf must be under a topic.")})
        if self.kind not in {self.Kind.SHELF, self.Kind.PAGE} and topic_above:
            raise ValidationError({"kind": _("Only shelves and pages can be under a topic.")})
        if len(above) > 5:
            raise ValidationError(
                {"parent": _("Markdown has six levels of headings. This heading would be on a seventh.")}
            )
        fits_below = [self.Kind.SHELF, self.Kind.PAGE]
        if self.pk and self.kind == self.Kind.TOPIC and self.children.exclude(kind__in=fits_below).exists():
            raise ValidationError({"kind": _("It can’t be a topic, because there are topics under it.")})
        if self.pk and self.kind not in {self.Kind.TOPIC, self.Kind.SHELF}:
            if self.entries.exists():
                raise ValidationError({"kind": _("It has entries, so it must be a topic, or a shelf under a topic.")})
            if self.children.filter(kind=self.Kind.SHELF).exists():
                raise ValidationError({"kind": _("It has shelves under it, so it must be a topic.")})

    def _chain_above(self) -> "list[Section]":
        """The headings above, nearest first. Stops at a cycle."""
        above, at = [], self.parent
        while at is not None and at not in above:
            above.append(at)
            at = at.parent
        return above

    def with_all_below(self) -> "list[int]":
        """The primary keys of this heading and of all headings below it. One query per level."""
        found, level = [self.pk], [self.pk]
        while level:
            level = list(Section.objects.filter(parent__in=level).exclude(pk__in=found).values_list("pk", flat=True))
            found += level
        return found

    def retire(self) -> None:
        """Set the same `retired_at` on this heading and on all headings and entries below it that aren't retired yet.
        What people wrote stays."""
        now, below = timezone.now(), self.with_all_below()
        with transaction.atomic():
            Section.objects.not_retired().filter(pk__in=below).update(retired_at=now)
            self.entries.model.objects.not_retired().filter(section__in=below).update(retired_at=now)
        self.refresh_from_db(fields=["retired_at"])

    def restore(self) -> None:
        """Clear `retired_at` of this heading, of the headings and entries below it with the same `retired_at`, and of
        the headings above it."""
        above = [heading.pk for heading in self._chain_above()]
        below, then = self.with_all_below(), self.retired_at
        with transaction.atomic():
            Section.objects.filter(pk__in=below, retired_at=then).update(retired_at=None)
            Section.objects.filter(pk__in=above).update(retired_at=None)
            self.entries.model.objects.filter(section__in=below, retired_at=then).update(retired_at=None)
        self.refresh_from_db(fields=["retired_at"])

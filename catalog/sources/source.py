"""A source: something to read, identified by its canonical URL and shared by all lists."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.lists.reading_list import ReadingList, is_curator
from readlist_site.base.web.addresses import address

from .authors import authors_in_full, authors_in_short
from .canonical_url import url_key
from .fields import IdentifierField
from .identifiers import identifier_in, identifier_url
from .source_kind import guess_kind

_IDENTIFIER_LENGTH = 120


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user) -> "SourceQuerySet":
        """All sources for a curator; for anyone else all but those whose entries are in draft lists only. A source
        without entries stays visible."""
        if is_curator(user):
            return self
        everywhere = Source.objects.filter(entries__isnull=False)
        shown = everywhere.filter(entries__topic__list__in=ReadingList.objects.visible_to(user))
        return self.filter(models.Q(pk__in=shown.values("pk")) | ~models.Q(pk__in=everywhere.values("pk")))

    def by_url(self, url: str) -> "Source | None":
        """The source with this canonical URL, as its own or as an alias, or None.

        Raises ValueError if `url` isn't a web address."""
        key = url_key(url)
        return self.by_keys([key]).get(key)

    def by_keys(self, keys: Iterable[str]) -> dict[str, "Source"]:
        """Sources by canonical URL, their own or an alias; keys without a source are left out. Two queries."""
        keys = set(keys)
        found = self.in_bulk(keys, field_name="canonical_url")
        renamed = self.annotate(alias=models.F("aliases__canonical_url")).filter(alias__in=keys - found.keys())
        return {source.alias: source for source in renamed} | found

    def get_or_create_by_url(self, url: str, *, title: str) -> "Source":
        """The source that `by_url` finds, or a new one with this link and listed title.

        Raises ValueError if `url` isn't a web address."""
        if known := self.by_url(url):
            return known
        values = {"url": url, "listed_title": title, **_guessed_from_url(url)}
        source, _created = self.get_or_create(canonical_url=url_key(url), defaults=values)
        return source

    def by_id_or_merged_id(self, key) -> "SourceQuerySet":
        """The source with this primary key, or the one that a source with this key was merged into."""
        merged = Source.objects.filter(aliases__merged_source_id__in=[key])
        return self.filter(models.Q(pk=key) | models.Q(pk__in=merged.values("pk")))

    def resolve_merged(self, keys: Iterable[int]) -> dict[int, int]:
        """Map each primary key to itself or to the key of the source it was merged into; unknown keys are left out."""
        return self._resolved(keys, self)

    def lock_current(self, keys: Iterable[int]) -> dict[int, int]:
        """Like `resolve_merged`, but locks the sources (FOR NO KEY UPDATE, in order of primary key), so that none of
        them can be merged until the transaction ends. Call it before writing rows that point at sources, once for
        all."""
        return self._resolved(keys, self.select_for_update(no_key=True))

    def _resolved(self, keys: Iterable[int], sources: "SourceQuerySet") -> dict[int, int]:
        keys = set(keys)
        present = set(sources.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
        leading = {key: key for key in present}
        if merged_away := keys - present:
            aliases = Source.objects.annotate(merged_source_id=models.F("aliases__merged_source_id")).filter(
                merged_source_id__in=merged_away
            )
            merged = dict(aliases.values_list("merged_source_id", "pk"))
            onward = self._resolved(merged.values(), sources) if merged else {}
            leading |= {key: onward[source] for key, source in merged.items() if source in onward}
        return leading


class Source(models.Model):
    """A paper, post, book or page. Two links with the same canonical URL are one source."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("paper")
        BOOK = "book", _("book")
        BLOG = "blog", _("blog")
        DOCS = "docs", _("documentation")
        FORUM = "forum", _("forum")
        CODE = "code", _("code")
        VIDEO = "video", _("video")
        REPORT = "report", pgettext_lazy("kind of source", "report")
        COURSE = "course", _("course")

    class Leads(models.TextChoices):
        """Whether the link leads to what the entry's title says."""

        YES = "yes", _("yes")
        NO = "no", _("no, elsewhere")
        UNKNOWN = "unknown", _("unconfirmed")

    canonical_url = models.CharField(
        _("canonical address"),
        max_length=500,
        unique=True,
        help_text=_("Two links with the same canonical address are one source."),
    )
    url = models.URLField(_("link"), max_length=500, help_text=_("As listed."))
    listed_title = models.CharField(_("listed title"), max_length=300, help_text=_("As first listed."))
    title = models.CharField(_("own title"), max_length=300, blank=True)
    authors = models.JSONField(_("authors"), default=list, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True)
    identifier = IdentifierField(
        _("identifier"), max_length=_IDENTIFIER_LENGTH, blank=True, help_text=_("arXiv id, DOI or ISBN.")
    )
    leads_to_listed = models.CharField(
        _("link leads to the source"), max_length=10, choices=Leads.choices, default=Leads.UNKNOWN
    )
    link_note = models.TextField(_("note on the link"), blank=True)
    better_url = models.URLField(_("better link"), max_length=500, blank=True)
    last_imported = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its facts as the facts file last gave them."
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["listed_title"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.listed_title

    def get_absolute_url(self) -> str:
        return address("source", self.pk)

    def move_to_url(self, url: str, *, entry) -> bool:
        """Give this source a corrected link and save it, so that people's readings and notes stay on it.

        Resets what is known of the old link and closes its open link issue. Returns False, without a write, if
        another entry than `entry` uses the source or if the address belongs to another source."""
        if self.entries.exclude(pk=entry.pk).exists() or Source.objects.by_url(url) not in (None, self):
            return False
        self.set_url(url)
        self.save_with_new_url()
        self.link_issues.close_for_new_url(self)
        return True

    def save_with_new_url(self) -> None:
        """Save the source after `set_url` and update the link of all its entries.

        The old canonical URL becomes an alias, unless the old link led elsewhere."""
        left = Source.objects.get(pk=self.pk)
        self.save()
        self.aliases.record_old_url(self, left)
        self.propagate_url()

    def set_url(self, url: str) -> None:
        """Set another link and canonical URL, and reset the facts of the old link. Doesn't save.

        `leads_to_listed` becomes YES if the URL is the recorded better link, else UNKNOWN."""
        key = url_key(url)
        confirmed = _has_key(self.better_url, key)
        if self.leads_elsewhere:
            # These facts describe the page that the wrong link leads to.
            self.title, self.authors, self.year, self.venue = "", [], None, ""
        if self.leads_elsewhere or self.identifier == identifier_in(self.url):
            self.identifier = _guessed_from_url(url)["identifier"]
        if key != self.canonical_url:
            self.last_imported = {}
        self.canonical_url, self.url, self.better_url, self.link_note = key, url, "", ""
        self.leads_to_listed = self.Leads.YES if confirmed else self.Leads.UNKNOWN

    def propagate_url(self, entries: Iterable[models.Model] | None = None) -> None:
        """Set the link of its entries, or of `entries`, to that of the source, and save them. `last_imported` stays,
        so that importing the old file again doesn't restore the old link."""
        for entry in self.entries.all() if entries is None else entries:
            entry.url = self.url
            entry.save(update_fields=["url"])
            entry.relate()

    def confirm_link(self) -> None:
        """Set the fields for a link that leads to what is listed. Doesn't save."""
        self.leads_to_listed, self.link_note, self.better_url = self.Leads.YES, "", ""

    def listed_entries(self) -> models.QuerySet:
        """Its entries in all lists that aren't retired, in list order, with the headings above each."""
        return self.entries.not_retired().in_list_order()

    def fill_from_url(self) -> None:
        """Fill blank fields of a new source from its URL. Doesn't save."""
        for name, value in _guessed_from_url(self.url).items():
            setattr(self, name, getattr(self, name) or value)

    def clean(self) -> None:
        super().clean()
        if not self.url:
            return  # The field itself reports a missing URL.
        try:
            key = url_key(self.url)
        except ValueError as error:
            raise ValidationError({"url": str(error)}) from error
        if Source.objects.by_url(self.url) in (None, self):
            self.canonical_url = key
        elif not (self.pk and Source.objects.filter(pk=self.pk, url=self.url).exists()):
            # A source may keep a link that it has already, even if that is another source's, until they are merged.
            raise ValidationError({"url": _("Another source has this address, perhaps in another spelling.")})
        if self._state.adding:
            self.fill_from_url()

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the link is known to lead to something other than what is listed."""
        return self.leads_to_listed == self.Leads.NO

    @cached_property
    def link_issue(self) -> models.Model | None:
        """Its open link issue, or None. Without `LinkIssue.objects.prefetch_open`, one query."""
        if hasattr(self, "prefetched_link_issues"):
            return self.prefetched_link_issues[0] if self.prefetched_link_issues else None
        return self.link_issues.open().first()

    @property
    def host(self) -> str:
        """The host of the link, to show beside it: "arxiv.org"."""
        return host_of(self.url)

    @property
    def better_host(self) -> str:
        """The host of the better link."""
        return host_of(self.better_url)

    @property
    def all_authors(self) -> str:
        """All authors in full: "Jan Leike and Ryan Lowe"."""
        return authors_in_full(self.authors)

    @property
    def published_in(self) -> str:
        """The venue without the year of publication: "NeurIPS" of "NeurIPS 2023"."""
        return self.venue.removesuffix(str(self.year or "")).strip()

    @property
    def kind_label(self) -> str:
        """Its kind in the active language. As `get_kind_display`, which translates the names of all kinds each time."""
        return str(_KIND_LABELS.get(self.kind, self.kind))

    @property
    def facts(self) -> str:
        """Its bibliographic facts in one line: "Rafailov and 5 others, 2023, NeurIPS", or "OpenAI, blog"."""
        who = authors_in_short(self.authors)
        where = self.published_in or self.host
        if who:
            what = [who, str(self.year or ""), where if where != who else ""]
        else:
            what = [where, self.kind_label, str(self.year or "")]
        return ", ".join(part for part in what if part)

    @property
    def about(self) -> str:
        """The line under a listed title: the facts, or host and kind only if the link leads elsewhere, since the facts
        may then describe another source."""
        if self.leads_elsewhere:
            return ", ".join(part for part in (self.host, self.kind_label) if part)
        return self.facts

    @property
    def identifier_url(self) -> str:
        """The address of its arXiv id or DOI, or ""."""
        return identifier_url(self.identifier)

    @property
    def real_title(self) -> str:
        """Its own title if that differs from the listed title and the venue, else ""."""
        return self.real_title_beside(self.listed_title)

    def real_title_beside(self, listed: str) -> str:
        """Its own title if that differs from `listed` and the venue, ignoring case and punctuation, else ""."""
        return "" if _letters_of(self.title) in {_letters_of(listed), _letters_of(self.venue)} else self.title


_KIND_LABELS = dict(Source.Kind.choices)


def _guessed_from_url(url: str) -> dict[str, str]:
    """The values of `kind` and `identifier` that a URL implies."""
    identifier = identifier_in(url)
    return {
        "kind": guess_kind(url, identifier),
        "identifier": identifier if len(identifier) <= _IDENTIFIER_LENGTH else "",
    }


def _has_key(url: str, key: str) -> bool:
    try:
        return url_key(url) == key
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The host of a URL without `www.`: "arxiv.org"."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _letters_of(title: str) -> str:
    """The title's letters and digits, casefolded, without a final bracket."""
    return "".join(filter(str.isalnum, re.sub(r"\([^)]*\)$", "", title.strip()))).casefold()

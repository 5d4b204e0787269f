"""A thing to read, known by its canonical address, whatever lists name it."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from catalog.lists.reading_list import ReadingList, is_curator

from .authors import authors_in_full, authors_in_short
from .canonical_url import url_key
from .fields import IdentifierField
from .identifiers import identifier_in, identifier_url
from .source_kind import guess_kind

_IDENTIFIER_LENGTH = 120


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user) -> "SourceQuerySet":
        """All but those that stand in drafts alone. What no list names any more can still be looked up."""
        if is_curator(user):
            return self
        everywhere = Source.objects.filter(entries__isnull=False)
        shown = everywhere.filter(entries__topic__list__in=ReadingList.objects.visible_to(user))
        return self.filter(models.Q(pk__in=shown.values("pk")) | ~models.Q(pk__in=everywhere.values("pk")))

    def by_url(self, url: str) -> "Source | None":
        """The source with this address in any spelling, or with which one of this address was merged. ValueError for
        what is no address."""
        key = url_key(url)
        return self.by_keys([key]).get(key)

    def by_keys(self, keys: Iterable[str]) -> dict[str, "Source"]:
        """The same for many folded addresses; what leads to none is left out. Two queries."""
        keys = set(keys)
        found = self.in_bulk(keys, field_name="canonical_url")
        renamed = self.annotate(alias=models.F("aliases__canonical_url")).filter(alias__in=keys - found.keys())
        return {source.alias: source for source in renamed} | found

    def get_or_create_by_url(self, url: str, *, title: str) -> "Source":
        """The source that is found `by_url` with this address, made if there is none."""
        if known := self.by_url(url):
            return known
        said = {"url": url, "listed_title": title, **_guessed_from_url(url)}
        source, _ = self.get_or_create(canonical_url=url_key(url), defaults=said)
        return source

    def by_id_or_merged_id(self, key) -> "SourceQuerySet":
        """The source with this key, or that into which the one with this key was merged."""
        merged = Source.objects.filter(aliases__merged_source_id__in=[key])
        return self.filter(models.Q(pk=key) | models.Q(pk__in=merged.values("pk")))

    def resolve_merged(self, keys: Iterable[int]) -> dict[int, int]:
        """Where each of these keys leads: to itself, or to what the source was merged into. Others are left out."""
        return self._resolved(keys, self)

    def lock_current(self, keys: Iterable[int]) -> dict[int, int]:
        """The same; and until the transaction ends none of them is merged with another. Call it first in what keeps a
        row on a source, with all the sources at once."""
        return self._resolved(keys, self.select_for_update(no_key=True))

    def _resolved(self, keys: Iterable[int], sources: "SourceQuerySet") -> dict[int, int]:
        keys = set(keys)
        there = set(sources.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
        leading = {key: key for key in there}
        if away := keys - there:
            aliases = Source.objects.annotate(merged_source_id=models.F("aliases__merged_source_id")).filter(
                merged_source_id__in=away
            )
            merged = dict(aliases.values_list("merged_source_id", "pk"))
            onward = self._resolved(merged.values(), sources) if merged else {}
            leading |= {key: onward[source] for key, source in merged.items() if source in onward}
        return leading


class Source(models.Model):
    """A paper, post, book or page. Two links that lead to the same thing are one source."""

    class Kind(models.TextChoices):
        PAPER = "paper", "paper"
        BOOK = "book", "book"
        BLOG = "blog", "blog"
        DOCS = "docs", "documentation"
        FORUM = "forum", "forum"
        CODE = "code", "code"
        VIDEO = "video", "video"
        REPORT = "report", "report"
        COURSE = "course", "course"

    class Leads(models.TextChoices):
        """Whether the listed link leads to what the list says."""

        YES = "yes", "yes"
        NO = "no", "no, elsewhere"
        UNKNOWN = "unknown", "could not be confirmed"

    canonical_url = models.CharField(max_length=500, unique=True, help_text="The folded address: a key, not a link.")
    url = models.URLField("link", max_length=500, help_text="As it is listed.")
    listed_title = models.CharField(max_length=300, help_text="As the list first names it.")
    title = models.CharField("real title", max_length=300, blank=True)
    authors = models.JSONField(default=list, blank=True, help_text='Names in order; a last "others" means more.')
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    venue = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    identifier = IdentifierField(max_length=_IDENTIFIER_LENGTH, blank=True, help_text="arXiv id, DOI or ISBN.")
    leads_to_listed = models.CharField("link leads there", max_length=10, choices=Leads.choices, default=Leads.UNKNOWN)
    link_note = models.TextField("note on the link", blank=True)
    better_url = models.URLField("better link", max_length=500, blank=True)
    last_imported = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its facts as the facts file last gave them."
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["listed_title"]

    def __str__(self) -> str:
        return self.listed_title

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

    def move_to_url(self, url: str, *, entry) -> bool:
        """Make this the source at another address, because the link of `entry`, its only place, was corrected: what
        people noted of it stays theirs. False where other entries have it, or the address has a source of its own.

        What was known of where the old link leads is forgotten; that the new one is the better one known counts. A
        issue about the old link is over."""
        if self.entries.exclude(pk=entry.pk).exists() or Source.objects.by_url(url) not in (None, self):
            return False
        self.set_url(url)
        self.save_with_new_url()
        self.link_issues.close_for_new_url(self)
        return True

    def save_with_new_url(self) -> None:
        """Save it with another link than it had, and let every entry list that.

        The address that it leaves still leads to it, unless that one shows something else."""
        left = Source.objects.get(pk=self.pk)
        self.save()
        self.aliases.record_old_url(self, left)
        self.propagate_url()

    def set_url(self, url: str) -> None:
        """Take another address, unsaved. See `move_to_url`."""
        key = url_key(url)
        confirmed = _has_key(self.better_url, key)
        if self.leads_elsewhere:
            # These were facts of what the wrong link shows.
            self.title, self.authors, self.year, self.venue = "", [], None, ""
        if self.leads_elsewhere or self.identifier == identifier_in(self.url):
            self.identifier = _guessed_from_url(url)["identifier"]
        if key != self.canonical_url:
            self.last_imported = {}
        self.canonical_url, self.url, self.better_url, self.link_note = key, url, "", ""
        self.leads_to_listed = self.Leads.YES if confirmed else self.Leads.UNKNOWN

    def propagate_url(self, entries: Iterable[models.Model] | None = None) -> None:
        """Let its entries, or these of them, list the link that it has now. What their files gave stays as read, so
        that the new link stands against the old file."""
        for entry in self.entries.all() if entries is None else entries:
            entry.url = self.url
            entry.save(update_fields=["url"])
            entry.relate()

    def confirm_link(self) -> None:
        """Somebody looked: the link leads to what is listed. Unsaved."""
        self.leads_to_listed, self.link_note, self.better_url = self.Leads.YES, "", ""

    def listed_entries(self) -> models.QuerySet:
        """Its shown entries in all lists, in order, each with the headings above it."""
        return self.entries.not_retired().in_list_order()

    def fill_from_url(self) -> None:
        """Take on, unsaved, what the address alone says, where nothing else is known. For what is new."""
        for name, value in _guessed_from_url(self.url).items():
            setattr(self, name, getattr(self, name) or value)

    def clean(self) -> None:
        super().clean()
        if not self.url:
            return  # The field says so.
        try:
            key = url_key(self.url)
        except ValueError as error:
            raise ValidationError({"url": str(error)}) from error
        if Source.objects.by_url(self.url) in (None, self):
            self.canonical_url = key
        elif not (self.pk and Source.objects.filter(pk=self.pk, url=self.url).exists()):
            # One that had its address before it was known to be another's keeps it until they are merged.
            raise ValidationError({"url": "There is a source with this address already, perhaps in another spelling."})
        if self._state.adding:
            self.fill_from_url()

    @property
    def leads_elsewhere(self) -> bool:
        """Whether the listed link is known to show something else than the list says."""
        return self.leads_to_listed == self.Leads.NO

    @cached_property
    def link_issue(self) -> models.Model | None:
        """The open link issue about its link. Pages that show many sources fetch all by
        `LinkIssue.objects.prefetch_open`."""
        if hasattr(self, "prefetched_link_issues"):
            return self.prefetched_link_issues[0] if self.prefetched_link_issues else None
        return self.link_issues.open().first()

    @property
    def host(self) -> str:
        """Where the link leads, for words beside it: "arxiv.org"."""
        return host_of(self.url)

    @property
    def better_host(self) -> str:
        """Where the better link leads."""
        return host_of(self.better_url)

    @property
    def all_authors(self) -> str:
        """Every author in a sentence."""
        return authors_in_full(self.authors)

    @property
    def published_in(self) -> str:
        """The venue, without the year where the year says the same: "NeurIPS" of "NeurIPS 2023"."""
        return self.venue.removesuffix(str(self.year or "")).strip()

    @property
    def facts(self) -> str:
        """What it is in one line: "Rafailov and 5 others, 2023, NeurIPS", or "OpenAI, blog"."""
        who = authors_in_short(self.authors)
        where = self.published_in or self.host
        if who:
            what = [who, str(self.year or ""), where if where != who else ""]
        else:
            what = [where, self.get_kind_display(), str(self.year or "")]
        return ", ".join(part for part in what if part)

    @property
    def about(self) -> str:
        """The line under a listed title. Facts of what a wrong link shows would be facts of something else."""
        if self.leads_elsewhere:
            return ", ".join(part for part in (self.host, self.get_kind_display()) if part)
        return self.facts

    @property
    def identifier_url(self) -> str:
        """Where its identifier is looked up, if it is an arXiv id or a DOI."""
        return identifier_url(self.identifier)

    @property
    def real_title(self) -> str:
        """What it calls itself, where that says more than the listed title."""
        return self.real_title_beside(self.listed_title)

    def real_title_beside(self, listed: str) -> str:
        """The real title where it says more than the listed one and the venue do."""
        return "" if _letters_of(self.title) in {_letters_of(listed), _letters_of(self.venue)} else self.title


def _guessed_from_url(url: str) -> dict[str, str]:
    """The fields that can be told from an address."""
    identifier = identifier_in(url)
    return {"kind": guess_kind(url), "identifier": identifier if len(identifier) <= _IDENTIFIER_LENGTH else ""}


def _has_key(url: str, key: str) -> bool:
    try:
        return url_key(url) == key
    except ValueError:
        return False


def host_of(url: str) -> str:
    """The site of an address, for words beside it: "arxiv.org"."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _letters_of(title: str) -> str:
    """A title's letters, without what is added in brackets."""
    return "".join(filter(str.isalnum, re.sub(r"\([^)]*\)$", "", title.strip()))).casefold()

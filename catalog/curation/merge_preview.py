"""Compares two sources before they are merged."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.utils.text import capfirst

from catalog.links.link_issue import LinkIssue
from catalog.outline.entry import Entry
from catalog.outline.usage import Usage
from catalog.sources.authors import authors_in_full
from catalog.sources.source import Source

# Columns that are chosen together, because they describe the link.
LINK = ("canonical_url", "url", "leads_to_listed", "link_note", "better_url", "last_imported")

# The facts that can be taken from either source, with their columns.
FACTS: dict[str, tuple[str, ...]] = {
    "listed_title": ("listed_title",),
    "link": LINK,
    "title": ("title",),
    "authors": ("authors",),
    "year": ("year",),
    "venue": ("venue",),
    "kind": ("kind",),
    "identifier": ("identifier",),
}


@dataclass(frozen=True)
class Fact:
    """One fact, as text, of the source that is kept and of the one that goes."""

    name: str
    label: str
    kept: str
    gone: str

    @property
    def differs(self) -> bool:
        return self.kept != self.gone

    @property
    def is_only_the_others(self) -> bool:
        """Whether only the source that goes has this fact."""
        return not self.kept and bool(self.gone)


@dataclass(frozen=True)
class SourceComparison:
    """A comparison of two sources, for merging `gone` into `kept`."""

    kept: Source
    gone: Source

    @property
    def fingerprint(self) -> str:
        """A hash of the keys and facts of both sources, which shows whether they changed since the curator saw them."""
        columns = [[getattr(source, name) for names in FACTS.values() for name in names] for source in self._both]
        return sha256(repr([[source.pk for source in self._both], columns]).encode()).hexdigest()[:32]

    @property
    def facts(self) -> list[Fact]:
        return [Fact(name, fact_label(name), fact_text(self.kept, name), fact_text(self.gone, name)) for name in FACTS]

    @property
    def differing(self) -> list[Fact]:
        """The facts that differ, of which one has to be chosen."""
        return [fact for fact in self.facts if fact.differs]

    @property
    def sides(self) -> list[tuple[Source, list[Entry], Counter[str]]]:
        """Each source with its entries in all lists, drafts and archived ones included, and its usage."""
        usage = Usage(self._both)
        return [(source, list(source.listed_entries()), usage.of(source)) for source in self._both]

    @property
    def with_healthier_link(self) -> Source:
        """The source without an open link problem, else that whose link still leads to it, else `kept`."""
        return min(self._both, key=_link_rank)

    @property
    def suggested(self) -> Source:
        """The source to keep: the one with the most entries, readings, summaries and threads, else `kept`."""
        return max(self.sides, key=lambda side: len(side[1]) + sum(side[2].values()))[0]

    def duplicate_entries(self) -> Iterator[tuple[Entry, Entry]]:
        """For each section with entries of both sources: the first entry paired with each other one. Re-reads are left
        out, since they are meant to be duplicates."""
        shown = Entry.objects.not_retired().filter(source__in=self._both, reread=False)
        in_section: dict[int, list[Entry]] = {}
        for entry in shown.select_related("section").order_by("position", "pk"):
            in_section.setdefault(entry.section_id, []).append(entry)
        for first, *others in in_section.values():
            if {first.source_id, *(entry.source_id for entry in others)} == {self.kept.pk, self.gone.pk}:
                yield from ((first, entry) for entry in others)

    @property
    def _both(self) -> tuple[Source, Source]:
        return self.kept, self.gone


def _link_rank(source: Source) -> int:
    """How bad the link is: 0 without an open link problem; 2 if it is broken or leads elsewhere, else 1."""
    if source.link_issue is None:
        return 0
    return 2 if source.link_issue.kind in {LinkIssue.Kind.DEAD, LinkIssue.Kind.ELSEWHERE} else 1


def fact_label(name: str) -> str:
    """The label of a fact."""
    column = "url" if name == "link" else name
    return capfirst(str(Source._meta.get_field(column).verbose_name))


def fact_text(source: Source, name: str) -> str:
    """The value of a fact as text."""
    if name == "authors":
        return authors_in_full(source.authors)
    if name == "link":
        return source.url
    return source.get_kind_display() if name == "kind" else str(getattr(source, name) or "")

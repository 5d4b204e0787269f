"""Which sources the entries of a list come to lead to: those there are, those that go along with a link, new ones."""

from collections.abc import Iterable

from django.db.models import Count

from catalog.markdown.nodes import EntryNode
from catalog.outline.entry import Entry
from catalog.sources.source import Source

from .facts import has_new_link_facts
from .row_change import RowChange, columns_of


class SourceLinking:
    """The sources by their canonical address, none of them saved yet."""

    def __init__(self, items: list[RowChange], nodes: list[EntryNode]) -> None:
        """Of the entries of a list, and of the nodes of the file that it is to become."""
        by_pk: dict[int, Source] = {}
        for item in items:
            if not item.is_new:
                item.row.source = by_pk.setdefault(item.row.source_id, item.row.source)
        self.listed: dict[str, EntryNode] = {}
        for node in nodes:
            self.listed.setdefault(node.key, node)
        found = Source.objects.by_keys(self.listed)
        self._known = {key: by_pk.setdefault(source.pk, source) for key, source in found.items()}
        self._was = {id(source): columns_of(source) for source in by_pk.values()}
        self._loaded = list(by_pk.values())
        self.new: list[Source] = []

    def move_corrected(self, items: Iterable[RowChange]) -> None:
        """Where the file corrects the link of a source that stands nowhere else, the source goes along.

        `items` are entries that are where the file had them: one of the same title elsewhere may be anything."""
        corrected = [
            item
            for item in items
            if not item.is_new
            and link_was_changed(item)
            and item.row.source.canonical_url not in self.listed
            and item.node.key not in self._known
        ]
        places = Entry.objects.filter(source__in={item.row.source_id for item in corrected})
        places = dict(places.order_by().values_list("source").annotate(Count("pk")))
        for item in corrected:
            key = item.node.key
            if places[item.row.source_id] == 1 and key not in self._known:
                item.row.source.set_url(item.node.url)
                self._known[key] = item.row.source
                item.source_moves = True

    def of(self, node: EntryNode) -> Source:
        """The source that the node's link leads to."""
        key = node.key
        if key not in self._known:
            first = self.listed[key]
            self._known[key] = Source(canonical_url=key, url=first.url, listed_title=first.title)
            self.new.append(self._known[key])
        return self._known[key]

    def with_facts(self, facts: dict[str, dict]) -> list[Source]:
        """Every source that the facts speak of; more are fetched, new ones are among them."""
        here = {source.canonical_url: source for source in [*self._loaded, *self.new]}
        more = Source.objects.filter(canonical_url__in=facts.keys() - here.keys())
        for source in more:
            self._was[id(source)] = columns_of(source)
            self._loaded.append(source)
            here[source.canonical_url] = source
        return [here[key] for key in facts if key in here]

    @property
    def with_new_link_facts(self) -> list[Source]:
        """The sources of whose link the facts say something new."""
        return [
            source
            for source in [*self._loaded, *self.new]
            if has_new_link_facts(source.last_imported, self._was.get(id(source), {}).get("last_imported", {}))
        ]

    @property
    def changed(self) -> dict[Source, list[str]]:
        """The sources that were there, with the columns that become others."""
        found = {}
        for source in self._loaded:
            was = self._was[id(source)]
            if columns := [name for name, value in columns_of(source).items() if was[name] != value]:
                found[source] = columns
        return found


def link_was_changed(item: RowChange) -> bool:
    """Whether the file gives the row another link than last time. Else a link that curators corrected stands."""
    return item.row.last_imported.get("url") != item.node.url

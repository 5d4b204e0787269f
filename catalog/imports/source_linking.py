"""Finds or creates the sources of an import's entries."""

from collections.abc import Iterable

from django.db.models import Count

from catalog.markdown.nodes import EntryNode
from catalog.outline.entry import Entry
from catalog.sources.source import Source

from .facts import has_new_link_facts
from .row_change import RowChange, columns_of


class SourceLinking:
    """The sources of an import by canonical URL. Changes and new sources stay in memory; `ImportWriter` saves them."""

    def __init__(self, items: list[RowChange], nodes: list[EntryNode]) -> None:
        """`items` are the list's existing entries, `nodes` the entries of the file."""
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
        self.copied: dict[str, Source] = {}

    def move_corrected(self, items: Iterable[RowChange]) -> None:
        """If the file changes the link of an entry whose source has no other entry, give the source the new URL, unless
        that belongs to a known source. If the source has other entries, it stays theirs, and `copied` has it by the new
        canonical URL: what readers noted of it is copied to the new source.

        `items` are entries in the same section as in the last import: an entry with the same title in another section
        may be another source."""
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
            if key in self._known:
                continue
            if places[item.row.source_id] == 1:
                item.row.source.set_url(item.node.url)
                self._known[key] = item.row.source
                item.source_moves = True
            else:
                item.source_is_copied = True
                self.copied[key] = item.row.source

    def of(self, node: EntryNode) -> Source:
        """The source with the canonical URL of the node, new if there is none."""
        key = node.key
        if key not in self._known:
            first = self.listed[key]
            self._known[key] = Source(canonical_url=key, url=first.url, listed_title=first.title)
            self.new.append(self._known[key])
        return self._known[key]

    def of_key(self, key: str) -> Source:
        """The source with this canonical URL, among those of the import."""
        return self._known[key]

    def with_facts(self, facts: dict[str, dict]) -> list[Source]:
        """The sources that have facts, new ones included. Those that aren't loaded yet are fetched in one query."""
        here = {source.canonical_url: source for source in [*self._loaded, *self.new]}
        more = Source.objects.filter(canonical_url__in=facts.keys() - here.keys())
        for source in more:
            self._was[id(source)] = columns_of(source)
            self._loaded.append(source)
            here[source.canonical_url] = source
        return [here[key] for key in facts if key in here]

    @property
    def with_new_link_facts(self) -> list[Source]:
        """The sources whose facts about the link changed since the last import."""
        return [
            source
            for source in [*self._loaded, *self.new]
            if has_new_link_facts(source.last_imported, self._was.get(id(source), {}).get("last_imported", {}))
        ]

    @property
    def changed(self) -> dict[Source, list[str]]:
        """The existing sources to be saved, each with the names of its changed columns."""
        found = {}
        for source in self._loaded:
            was = self._was[id(source)]
            if columns := [name for name, value in columns_of(source).items() if was[name] != value]:
                found[source] = columns
        return found

    @property
    def differences(self) -> dict[Source, dict[str, tuple]]:
        """The existing sources to be saved, with the values of their changed columns before and after."""
        return {
            source: {name: (self._was[id(source)][name], getattr(source, name)) for name in columns}
            for source, columns in self.changed.items()
        }


def link_was_changed(item: RowChange) -> bool:
    """Whether the file's link differs from that of the last import. If not, a link that curators corrected is kept."""
    return item.row.last_imported.get("url") != item.node.url

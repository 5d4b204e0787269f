"""Matches the nodes of a file to existing rows, so that readings, notes and summaries stay on their row."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.canonical_url import url_key

Key = Callable[[Any], Hashable]
LastKeys = dict[int, str | None]


class NodeMatches(dict):
    """Maps nodes to rows; each row is matched to one node at most."""

    def __init__(self, nodes: Iterable, rows: Iterable) -> None:
        super().__init__()
        self.nodes = list(nodes)
        # If two rows fit equally well, one that isn't retired is preferred.
        self.rows = sorted(rows, key=lambda row: (row.retired_at is not None, row.position))

    def pair(self, node_key: Key, row_key: Key, fits: Callable[[Any, Any], bool] = lambda node, row: True) -> None:
        """Match the unmatched nodes and rows with equal keys for which `fits` is true. A key of None never matches."""
        waiting = defaultdict(list)
        for row in self.unmatched_rows():
            waiting[row_key(row)].append(row)
        if not waiting:
            return
        for node in self.unmatched_nodes():
            key = node_key(node)
            row = next((row for row in waiting[key] if fits(node, row)), None) if key is not None else None
            if row:
                self[node] = row
                waiting[key].remove(row)

    def unmatched_nodes(self) -> list:
        return [node for node in self.nodes if node not in self]

    def unmatched_rows(self) -> list:
        taken = {row.pk for row in self.values()}
        return [row for row in self.rows if row.pk not in taken]


def last_imported_keys(document: Document, entries: list[Entry]) -> LastKeys:
    """The canonical URL that each entry had in the last file, by primary key, or None if the file didn't have it.
    Computed only for URLs that the present file doesn't have, since most are the same."""
    keys = {node.url: node.key for _, node in document.entries}
    return {
        row.pk: (keys.get(url := row.last_imported["url"]) or url_key(url)) if row.last_imported else None
        for row in entries
    }


def match_sections(document: Document, rows: list[Section], entries: list[Entry], last_keys: LastKeys) -> NodeMatches:
    """Match headings by their path of titles, first that of the last import, then the present one; then by the entries
    below them; then by kind with name or body.

    Name or body don't match a heading and a row that both have sources and share none."""
    by_pk = {row.pk: row for row in rows}
    below = _sources_below(rows, by_pk, entries, last_keys)
    pairs = NodeMatches(document.sections, rows)

    def fits(node: SectionNode, row: Section) -> bool:
        ours, theirs = _sources_of(node), below[row.pk]
        return not (ours and theirs and ours.isdisjoint(theirs))

    for row_key in (
        lambda row: _last_imported_path(row, by_pk),
        lambda row: _path(row, lambda at: by_pk.get(at.parent_id)),
    ):
        pairs.pair(lambda node: _path(node, lambda at: at.parent), row_key)
    _match_by_entries(pairs, below, _titles_below(document, by_pk, entries))
    pairs.pair(lambda node: (node.kind, _name(node)), lambda row: (_guessed_kind(row), _name(row)), fits)
    pairs.pair(
        lambda node: (node.kind, node.body) if node.body else None,
        lambda row: (_guessed_kind(row), row.body) if row.body else None,
        fits,
    )
    return pairs


def match_entries(
    nodes: Iterable[EntryNode], rows: list[Entry], place: dict[EntryNode, int], last_keys: LastKeys
) -> NodeMatches:
    """Match entries by source and then by title, each within the same section first. `place` maps nodes to the primary
    key of their section, if that exists already.

    The link of the last import counts, too, since curators may have corrected the source's link since."""
    pairs = NodeMatches(nodes, rows)
    keys: list[tuple[Key, Key]] = [
        (
            lambda node: (place.get(node), node.key, node.title),
            lambda row: (row.last_imported.get("section_id"), last_keys[row.pk], row.last_imported.get("title")),
        ),
        (
            lambda node: (place.get(node), node.key, node.title),
            lambda row: (row.section_id, row.source.canonical_url, row.title),
        ),
        (lambda node: (place.get(node), node.key), lambda row: (row.section_id, row.source.canonical_url)),
        (lambda node: (node.key, node.title), lambda row: (row.source.canonical_url, row.title)),
        (lambda node: node.key, lambda row: row.source.canonical_url),
        (lambda node: (place.get(node), node.key), lambda row: (row.section_id, last_keys[row.pk])),
        (lambda node: node.key, lambda row: last_keys[row.pk]),
        (lambda node: (place.get(node), node.title), lambda row: (row.section_id, row.title)),
        (lambda node: node.title, lambda row: row.title),
    ]
    for node_key, row_key in keys:
        pairs.pair(node_key, row_key)
    return pairs


def _path(start: Any, above: Callable[[Any], Any]) -> tuple[str, ...]:
    titles, at = [], start
    while at is not None:
        titles.append(at.title)
        at = above(at)
    return tuple(titles)


def _last_imported_path(row: Section, by_pk: dict[int, Section]) -> tuple[str, ...] | None:
    """The path of titles in the last imported file, or None if the file didn't have the heading or one above it."""
    titles, at = [], row
    while at is not None and at.last_imported:
        titles.append(at.last_imported["title"])
        above = at.last_imported["parent_id"]
        if above is None:
            return tuple(titles)
        at = by_pk.get(above)
    return None


def _name(heading: SectionNode | Section) -> str:
    """The title without its number, so that a renumbered topic stays the same."""
    return Section(title=heading.title).name.casefold()


def _guessed_kind(row: Section) -> str:
    """The kind that the last file gave it, since curators may have chosen another one."""
    return row.last_imported.get("kind", row.kind)


def _sources_of(node: SectionNode) -> set[str]:
    return {entry.key for entry in node.entries}.union(*(_sources_of(child) for child in node.children))


def _sources_below(
    rows: list[Section], by_pk: dict[int, Section], entries: list[Entry], last_keys: LastKeys
) -> dict[int, set[str]]:
    below: dict[int, set[str]] = {row.pk: set() for row in rows}
    for entry in entries:
        at, addresses = by_pk.get(entry.section_id), {entry.source.canonical_url, last_keys[entry.pk]} - {None}
        while at is not None:
            below[at.pk] |= addresses
            at = by_pk.get(at.parent_id)
    return below


def _titles_below(document: Document, by_pk: dict[int, Section], entries: list[Entry]) -> dict[int, set[str]]:
    """The titles of the entries below each row that one entry of the file and one of the list has: others, such as
    "Slides", don't tell entries apart."""
    alone = {title for title, number in Counter(node.title for _, node in document.entries).items() if number == 1}
    alone &= {title for title, number in Counter(entry.title for entry in entries).items() if number == 1}
    below: dict[int, set[str]] = {pk: set() for pk in by_pk}
    for entry in entries:
        at = by_pk.get(entry.section_id) if entry.title in alone else None
        while at is not None:
            below[at.pk].add(entry.title)
            at = by_pk.get(at.parent_id)
    return below


def _entries_of(node: SectionNode) -> Iterator[EntryNode]:
    yield from node.entries
    for child in node.children:
        yield from _entries_of(child)


def _match_by_entries(pairs: NodeMatches, below: dict[int, set[str]], titles: dict[int, set[str]]) -> None:
    """Match renamed headings to rows of the same kind that share, by source or by title, at least half of the entries
    of the smaller of both, those with most shared entries first. They share a source, too: with titles alone, such as
    "Slides" and "Recording", it may be next week's topic."""
    rows = {row.pk: row for row in pairs.unmatched_rows()}
    by_source, by_title = defaultdict(set), defaultdict(set)
    for pk in rows:
        for source in below[pk]:
            by_source[source].add(pk)
        for title in titles[pk]:
            by_title[title].add(pk)
    candidates = []
    for node in pairs.unmatched_nodes():
        entries = {entry.key: entry.title for entry in _entries_of(node)}
        fit = set().union(*(by_source[key] for key in entries))
        ours = [(by_source[key] | by_title[title]) & fit for key, title in entries.items()]
        for pk, shared in Counter(pk for found in ours for pk in found).items():
            if _guessed_kind(rows[pk]) == node.kind and shared * 2 >= min(len(ours), len(below[pk])):
                candidates.append((-shared, node.line, pk, node, rows[pk]))
    taken = set()
    for *_, node, row in sorted(candidates, key=lambda candidate: candidate[:3]):
        if node not in pairs and row.pk not in taken:
            pairs[node] = row
            taken.add(row.pk)

"""Usage: what people have on the topics and sources of a list. The catalogue knows none of it: the apps that keep such
rows register here when they are ready."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from catalog.lists.reading_list import ReadingList
from catalog.sources.source import Source

from .entry import Entry
from .section import Section

TOPIC, SOURCE = "topic", "source"


class Use(NamedTuple):
    """One thing that somebody has on a topic or a source.

    `kind` is "reading", "summary", "draft" or "thread"; `thing` identifies it among its kind, so that it can be counted
    once where it is on several topics and sources; `on` is TOPIC or SOURCE with the primary key."""

    kind: str
    thing: Hashable
    on: tuple[str, int]


@dataclass(frozen=True)
class App:
    """What an app that keeps rows on topics and sources does.

    `uses` finds what is on any of these topics and sources, by primary key, in a fixed number of queries.
    `move_source` re-points the app's rows from the first source to the second."""

    uses: Callable[[set[int], set[int]], Iterator[Use]]
    move_source: Callable[[Source, Source], None]


_apps: list[App] = []


def register(app: App) -> None:
    """Ask this app, too, from now on."""
    _apps.append(app)


def move_source(gone: Source, kept: Source) -> None:
    """Re-point all apps' rows from one source to the other. Call it inside the transaction that holds both."""
    for app in _apps:
        app.move_source(gone, kept)


class Usage:
    """What people have on these headings, entries and sources; looked up once, however many are asked for."""

    def __init__(self, rows: Iterable[Section | Entry | Source]) -> None:
        keys = {_key(row) for row in rows}
        topics, sources = ({pk for model, pk in keys if model == which} for which in (TOPIC, SOURCE))
        self._found: dict[tuple[str, int], set[tuple[str, Hashable]]] = defaultdict(set)
        for app in _apps:
            for kind, thing, on in app.uses(topics, sources):
                self._found[on].add((kind, thing))

    def of(self, *rows: Section | Entry | Source) -> Counter[str]:
        """How many of each kind are on these rows, each counted once: {"summary": 3, "thread": 1}."""
        return Counter(kind for kind, _ in set().union(*(self._found.get(_key(row), ()) for row in rows)))

    def __bool__(self) -> bool:
        return bool(self._found)


def _key(row: Section | Entry | Source) -> tuple[str, int]:
    if isinstance(row, Section):
        return TOPIC, row.pk
    return SOURCE, row.source_id if isinstance(row, Entry) else row.pk


def is_in_use(reading_list: ReadingList) -> bool:
    """Whether another app has anything on the list itself, such as a group that reads it, or on its topics."""
    relations = [each for each in ReadingList._meta.related_objects if each.related_model._meta.app_label != "catalog"]
    if any(each.related_model._base_manager.filter(**{each.field.name: reading_list}).exists() for each in relations):
        return True
    return bool(Usage(reading_list.sections.all()))

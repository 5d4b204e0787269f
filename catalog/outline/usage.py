"""Usage: the readings, summaries, drafts and threads on topics and sources. The catalogue doesn't import the apps that
have these rows; they register here in `AppConfig.ready`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import ForeignObjectRel, Model

from catalog.lists.reading_list import ReadingList
from catalog.sources.source import Source

from .entry import Entry
from .section import Section

TOPIC, SOURCE = "topic", "source"


class Use(NamedTuple):
    """One reading, summary, draft or thread on a topic or a source.

    `kind` is "reading", "summary", "draft" or "thread"; `thing` identifies it within its kind, so that it is counted
    once if it is on several topics and sources; `on` is TOPIC or SOURCE with the primary key."""

    kind: str
    thing: Hashable
    on: tuple[str, int]


@dataclass(frozen=True)
class App:
    """The functions that an app with rows on topics and sources registers.

    `uses` yields the uses of topics and sources, given as two sets of primary keys, in a fixed number of queries.
    `move_source` re-points the app's rows from the first source to the second. `copy_sources` copies what people noted
    of each source, if there is anything to copy, to a new one: it gets their primary keys."""

    uses: Callable[[set[int], set[int]], Iterator[Use]]
    move_source: Callable[[Source, Source], None]
    copy_sources: Callable[[Mapping[int, int]], None] = lambda pairs: None


_apps: list[App] = []


def register(app: App) -> None:
    """Register an app."""
    _apps.append(app)


def move_source(gone: Source, kept: Source) -> None:
    """Re-point all apps' rows from source `gone` to source `kept`. Call it in a transaction that has locked both."""
    for app in _apps:
        app.move_source(gone, kept)


def copy_sources(pairs: Mapping[int, int]) -> None:
    """Copy all apps' notes of the sources with these primary keys to new ones. Call it in a transaction."""
    for app in _apps:
        app.copy_sources(pairs)


class Usage:
    """The usage of these headings, entries and sources, looked up once for all. False if there is none."""

    def __init__(self, rows: Iterable[Section | Entry | Source]) -> None:
        keys = {_key(row) for row in rows}
        topics, sources = ({pk for model, pk in keys if model == which} for which in (TOPIC, SOURCE))
        self._found: dict[tuple[str, int], set[tuple[str, Hashable]]] = defaultdict(set)
        for app in _apps:
            for kind, thing, on in app.uses(topics, sources):
                self._found[on].add((kind, thing))

    def of(self, *rows: Section | Entry | Source) -> Counter[str]:
        """The number of distinct uses of these rows by kind: {"summary": 3, "thread": 1}."""
        return Counter(kind for kind, _ in set().union(*(self._found.get(_key(row), ()) for row in rows)))

    def __bool__(self) -> bool:
        return bool(self._found)


def _key(row: Section | Entry | Source) -> tuple[str, int]:
    if isinstance(row, Section):
        return TOPIC, row.pk
    return SOURCE, row.source_id if isinstance(row, Entry) else row.pk


def is_in_use(reading_list: ReadingList) -> bool:
    """Whether another app has a row that points at the list, such as a group that reads it, or usage of its topics."""
    others = references_to(reading_list, among=lambda each: each.related_model._meta.app_label != "catalog")
    return bool(others or Usage(reading_list.sections.all()))


def references_to(row: Model, *, among: Callable[[ForeignObjectRel], bool] = lambda relation: True) -> list[str]:
    """The relations, among those for which `among` is true, by which a row of another table points at this one."""
    return [
        str(each)
        for each in row._meta.related_objects
        if among(each) and each.related_model._base_manager.filter(**{each.field.name: row}).exists()
    ]

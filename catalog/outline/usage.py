"""Usage: the readings, summaries, drafts and threads on topics and sources. The catalogue doesn't import the apps that
have these rows; they register here in `AppConfig.ready`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import ForeignObjectRel, ManyToOneRel, Model

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
    of each source, if there is anything to copy, to a new one: it gets their primary keys. `copies` returns
    those of these copies that are still equal to the original, as kind and thing, and `delete_copies` deletes them.
    `answered` returns which of these prompts have an answer."""

    uses: Callable[[set[int], set[int]], Iterator[Use]]
    move_source: Callable[[Source, Source], None]
    copy_sources: Callable[[Mapping[int, int]], None] = lambda pairs: None
    copies: Callable[[Mapping[int, int]], set[tuple[str, Hashable]]] = lambda pairs: set()
    delete_copies: Callable[[Mapping[int, int]], None] = lambda pairs: None
    answered: Callable[[set[int]], set[int]] = lambda prompts: set()


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


def unchanged_copies(pairs: Mapping[int, int]) -> set[tuple[str, Hashable]]:
    """All apps' copies that `copy_sources` made and that nobody has changed since, as kind and thing of a Use."""
    return set().union(*(app.copies(pairs) for app in _apps)) if pairs else set()


def delete_copies(pairs: Mapping[int, int]) -> None:
    """Delete all apps' copies that `copy_sources` made, unless they were changed since. Call it in a transaction."""
    for app in _apps:
        app.delete_copies(pairs)


def answered_prompts(prompts: set[int]) -> set[int]:
    """Those of the prompts with these primary keys that somebody has answered, in a draft or a revision."""
    return set().union(*(app.answered(prompts) for app in _apps)) if prompts else set()


class Usage:
    """The usage of these headings, entries and sources, looked up once for all, without what is in `ignored`, by kind
    and thing. False if there is none."""

    def __init__(
        self, rows: Iterable[Section | Entry | Source], *, ignored: Container[tuple[str, Hashable]] = ()
    ) -> None:
        keys = {_key(row) for row in rows}
        topics, sources = ({pk for model, pk in keys if model == which} for which in (TOPIC, SOURCE))
        self._found: dict[tuple[str, int], set[tuple[str, Hashable]]] = defaultdict(set)
        for app in _apps:
            for kind, thing, on in app.uses(topics, sources):
                if (kind, thing) not in ignored:
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
        for each in relations_to(type(row))
        if among(each) and each.related_model._base_manager.filter(**{each.field.name: row}).exists()
    ]


def relations_to(model: type[Model]) -> list[ForeignObjectRel]:
    """The foreign keys that point at rows of this model, those without a name for the way back included."""
    return [each for each in model._meta.get_fields(include_hidden=True) if isinstance(each, ManyToOneRel)]

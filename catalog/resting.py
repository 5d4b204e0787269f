"""What people keep on the list's rows, asked of the rooms that keep it: the catalogue knows none of them.

Each room registers itself when the apps are ready."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from .models import Entry, ReadingList, Section, Source

Counts = dict[int, list[str]]


@dataclass(frozen=True)
class Room:
    """A room's answers.

    `on_topics` and `on_sources` count by primary key, in words: {12: ["11 summaries"]}; what has nothing is left out.
    `in_all` counts what rests on any of these topics and sources, each thing once.
    `move_source` re-points the room's rows from the first source to the second."""

    name: str
    on_topics: Callable[[Collection[int]], Counts]
    on_sources: Callable[[Collection[int]], Counts]
    in_all: Callable[[Collection[int], Collection[int]], list[str]]
    move_source: Callable[[Source, Source], None]


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Ask this room, too, from now on."""
    _rooms[room.name] = room


def rooms() -> Iterable[Room]:
    return _rooms.values()


def in_words(**rows: Iterable[tuple[int, int]]) -> Counts:
    """Numbers by primary key as a room says them: in_words(summary=[(12, 11)]) is {12: ["11 summaries"]}."""
    found: Counts = defaultdict(list)
    for what, counts in rows.items():
        for pk, number in counts:
            found[pk].append(_counted(number, what))
    return dict(found)


def sums(**numbers: int) -> list[str]:
    """Numbers of a whole as a room says them, save what there is none of: ["11 summaries"]."""
    return [_counted(number, what) for what, number in numbers.items() if number]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else _many(what)}"


def summed(answers: Iterable[str]) -> list[str]:
    """Answers about several rows as one: "1 summary" and "3 summaries" are "4 summaries"."""
    counts: Counter[str] = Counter()
    for words in answers:
        number, what = words.split(" ", 1)
        counts[what if number == "1" else _one(what)] += int(number.replace(",", ""))
    return in_words(**{what: [(0, number)] for what, number in counts.items()}).get(0, [])


def _one(what: str) -> str:
    return f"{what[:-3]}y" if what.endswith("ies") else what[:-1]


def _many(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


def is_in_use(reading_list: ReadingList) -> bool:
    """Whether another room has anything on the list itself, such as a group that reads it, or on its topics."""
    relations = [each for each in ReadingList._meta.related_objects if each.related_model._meta.app_label != "catalog"]
    if any(each.related_model._base_manager.filter(**{each.field.name: reading_list}).exists() for each in relations):
        return True
    topics = set(reading_list.sections.values_list("pk", flat=True))
    return any(room.on_topics(topics) for room in rooms())


def resting_on(*, sections: Iterable[Section] = (), entries: Iterable[Entry] = ()) -> dict[Section | Entry, list[str]]:
    """What rests on each of these, in words. A few queries for each room, however many rows are asked for."""
    sections, entries = list(sections), list(entries)
    found: dict[Section | Entry, list[str]] = defaultdict(list)
    for room in rooms():
        on_topics = room.on_topics({section.pk for section in sections})
        on_sources = room.on_sources({entry.source_id for entry in entries})
        for section in sections:
            found[section] += on_topics.get(section.pk, [])
        for entry in entries:
            found[entry] += on_sources.get(entry.source_id, [])
    return {row: said for row, said in found.items() if said}


def resting_in_all(*, sections: Iterable[Section] = (), entries: Iterable[Entry] = ()) -> list[str]:
    """What rests on these together, in words, each thing once however many of them it rests on."""
    topics, sources = {section.pk for section in sections}, {entry.source_id for entry in entries}
    return [said for room in rooms() for said in room.in_all(topics, sources)]

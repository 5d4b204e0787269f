"""Events of several tables as one list, newest first, a page at a time.

Each table is read in the order of a key of its own, which an index has. A page goes on where the last one ended in each
of them: its address has the key of the oldest event that was shown of each, as in "120.45-7"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any

# Greater than all keys, and later than all times.
NO_KEY, NO_TIME = 10**18 - 1, datetime(9000, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"[0-9]{1,18}(?:-[0-9]{1,18})?")


@dataclass(frozen=True)
class Event:
    """Something that happened: `thing` is its row. `key` orders the events of one table: the primary key, or a time in
    microseconds and the primary key."""

    kind: str
    when: datetime
    thing: Any
    key: tuple[int, ...]


@dataclass(frozen=True)
class TimelinePage:
    """Events, newest first. `earlier` is what the address of the next page has, None on the last."""

    events: list[Event]
    earlier: str | None


def key_of_time(when: datetime, pk: int) -> tuple[int, int]:
    """Return the key of an event that is ordered by time."""
    return (when - _EPOCH) // timedelta(microseconds=1), pk


def time_of_key(key: Sequence[int]) -> tuple[datetime, int]:
    """Return the time and the primary key of such a key."""
    return min(_EPOCH + timedelta(microseconds=min(key[0], 2 * 10**17)), NO_TIME), key[1]


def keys_in(text: str | None, lengths: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the key in each table before which a page begins. `lengths`: how many numbers the key of each has. What is
    no such address begins with the newest."""
    newest = [(NO_KEY,) * length for length in lengths]
    parts = (text or "").split(".")
    if len(parts) != len(lengths) or not all(map(_KEY.fullmatch, parts)):
        return newest
    found = [tuple(map(int, part.split("-"))) for part in parts]
    return found if [len(key) for key in found] == list(lengths) else newest


def merge_events(tables: Sequence[Iterable[Event]], before: Sequence[tuple[int, ...]], size: int) -> TimelinePage:
    """Return a page of at most `size` events, of as many and one more of each table, if it has them. `before`: the keys
    that they are older than."""
    reached = list(before)
    numbered = ([(each.when, number, each) for each in table] for number, table in enumerate(tables))
    # The order of each table stays, also where its times differ from it by a moment.
    found = list(merge(*numbered, key=lambda item: item[0], reverse=True))
    for _when, number, event in found[:size]:
        reached[number] = event.key
    earlier = ".".join("-".join(map(str, key)) for key in reached) if found[size:] else None
    return TimelinePage([event for *_, event in found[:size]], earlier)

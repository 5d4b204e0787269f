"""In which order rows stand: the file's, save where only a curator has reordered them since it was last read."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable

from .row_change import RowChange


def ordered(members: Iterable[RowChange], in_file: list[RowChange]) -> list[RowChange]:
    """All that comes to stand under one heading, in order. `in_file`: those that the file has there, in its order.

    Where the file has them in the order of last time, the order that curators gave them stands."""
    present = [item for item in members if not item.is_new and item.was_above is item.above]
    present.sort(key=old_position)
    here = set(present)
    known = [item for item in in_file if item in here and item.was["last_imported"]]
    if known == sorted(known, key=lambda item: item.was["last_imported"]["position"]):
        found = _with(present, in_file)
    else:
        found = _with(in_file, present)
    placed = set(found)
    # A curator moved them here from where the file has them, and they stand where they are.
    return found + [item for item in members if item not in placed]


def _with(base: list[RowChange], others: Iterable[RowChange]) -> list[RowChange]:
    """The base, with each of the others after the one that it follows among the others."""
    known: Collection[RowChange] = set(base)
    after: dict[RowChange | None, list[RowChange]] = defaultdict(list)
    last = None
    for item in others:
        if item in known:
            last = item
        else:
            after[last].append(item)
    return after[None] + [each for item in base for each in (item, *after[item])]


def old_position(item: RowChange) -> tuple[int, int]:
    """Where the row stands among those beside it."""
    return item.was["position"], item.row.pk


def out_of_order(items: list[RowChange]) -> set[RowChange]:
    """The fewest of them that have to move so that the present order becomes this one."""
    tails: list[tuple[int, int]] = []
    ends: list[int] = []
    before: list[int | None] = []
    for at, item in enumerate(items):
        place = bisect_left(tails, old_position(item))
        before.append(ends[place - 1] if place else None)
        tails[place : place + 1] = [old_position(item)]
        ends[place : place + 1] = [at]
    stay, at = set(), ends[-1] if ends else None
    while at is not None:
        stay.add(at)
        at = before[at]
    return {item for at, item in enumerate(items) if at not in stay}

"""Determines the order of rows: the file's, unless only curators reordered them since the last import."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable

from .row_change import RowChange


def ordered(members: Iterable[RowChange], in_file: list[RowChange]) -> list[RowChange]:
    """The rows that will be under one heading, in order. `in_file` are those that the file has there, in its order.

    If the file's order is that of the last import, the present order in the database is kept."""
    present = [item for item in members if not item.is_new and item.was_above is item.above]
    present.sort(key=old_position)
    here = set(present)
    known = [item for item in in_file if item in here and item.was["last_imported"]]
    if known == sorted(known, key=lambda item: item.was["last_imported"]["position"]):
        found = _with(present, in_file)
    else:
        found = _with(in_file, present)
    placed = set(found)
    # The rest was moved here by a curator, and comes last.
    return found + [item for item in members if item not in placed]


def _with(base: list[RowChange], others: Iterable[RowChange]) -> list[RowChange]:
    """`base` with the other items inserted, each after the item of `base` that it follows in `others`."""
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
    """The sort key of a row's present list position."""
    return item.was["position"], item.row.pk


def out_of_order(items: list[RowChange]) -> set[RowChange]:
    """The smallest set of items whose move turns the present order into this one: all that aren't in a longest
    increasing subsequence of the present positions."""
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

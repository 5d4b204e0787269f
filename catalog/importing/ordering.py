"""In which order rows stand: the file's, save where only a curator has reordered them since it was last read."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable

from .item import Item


def ordered(members: Iterable[Item], in_file: list[Item]) -> list[Item]:
    """All that comes to stand under one heading, in order. `in_file`: those that the file has there, in its order.

    Where the file has them in the order of last time, the order that curators gave them stands."""
    present = [item for item in members if not item.is_new and item.was_above is item.above]
    present.sort(key=place_before)
    here = set(present)
    known = [item for item in in_file if item in here and item.was["as_read"]]
    if known == sorted(known, key=lambda item: item.was["as_read"]["position"]):
        found = _with(present, in_file)
    else:
        found = _with(in_file, present)
    placed = set(found)
    # A curator moved them here from where the file has them, and they stand where they are.
    return found + [item for item in members if item not in placed]


def _with(base: list[Item], others: Iterable[Item]) -> list[Item]:
    """The base, with each of the others after the one that it follows among the others."""
    known: Collection[Item] = set(base)
    after: dict[Item | None, list[Item]] = defaultdict(list)
    last = None
    for item in others:
        if item in known:
            last = item
        else:
            after[last].append(item)
    return after[None] + [each for item in base for each in (item, *after[item])]


def place_before(item: Item) -> tuple[int, int]:
    """Where the row stands among those beside it."""
    return item.was["position"], item.row.pk


def out_of_order(items: list[Item]) -> set[Item]:
    """The fewest of them that have to move so that the present order becomes this one."""
    tails: list[tuple[int, int]] = []
    ends: list[int] = []
    before: list[int | None] = []
    for at, item in enumerate(items):
        place = bisect_left(tails, place_before(item))
        before.append(ends[place - 1] if place else None)
        tails[place : place + 1] = [place_before(item)]
        ends[place : place + 1] = [at]
    stay, at = set(), ends[-1] if ends else None
    while at is not None:
        stay.add(at)
        at = before[at]
    return {item for at, item in enumerate(items) if at not in stay}

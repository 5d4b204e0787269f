"""Compares what is kept of threads with what counting gives: by `manage.py recount`, and once a day by the tick."""

from collections.abc import Callable, Iterator

from django.db import connection

from . import latest_post_triggers as triggers
from .thread import Thread

BATCH_SIZE = 1_000  # threads that are looked at by one statement

Progress = Callable[[int, int], None]


def drifted_threads(*, after: int = 0, on_progress: Progress = lambda done, of: None) -> Iterator[list[int]]:
    """Yield, for every `BATCH_SIZE` threads, the keys of those whose kept columns are wrong. `after`: the key from
    which to go on. `on_progress` is called with the last key that was looked at, and the last there is."""
    end = Thread.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while after < end:
        batch = Thread.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]
        keys = list(batch)
        if not keys:
            break
        yield triggers.wrong_threads(connection, keys[0], keys[-1])
        after = keys[-1]
        on_progress(after, end)


def recount_threads(*, after: int = 0, on_progress: Progress = lambda done, of: None) -> int:
    """Count anew the threads whose kept columns are wrong, and return how many. Can be stopped and started at any
    time."""
    changed = 0
    for keys in drifted_threads(after=after, on_progress=on_progress):
        if keys:
            triggers.recount(connection, keys)
            changed += len(keys)
    return changed

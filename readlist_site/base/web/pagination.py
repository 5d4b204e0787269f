"""Rows by their keys: in an address, and in pages of a long list: what comes before or from a row, however many rows
come in between."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


class KeyConverter:
    """What an address may name a row by: `<key:pk>`. Unlike Django's `int` it ends where the databases' numbers do."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


def whole_number(text: str | None) -> int | None:
    """The number that an address names; None for anything else, or one too large to be a key."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


@dataclass(frozen=True)
class KeyPage:
    """Some rows out of many, oldest first. `earlier` and `later` are the keys to ask for the rows around them by
    (`?before=` and `?from=`), None where there are none."""

    rows: list[Any]
    earlier: int | None = None
    later: int | None = None


def paginate_by_key(rows: QuerySet, *, size: int, before: int | None = None, start: int | None = None) -> KeyPage:
    """The newest rows; or the newest `before` a key; or those from the key `start` on."""
    if start is not None and (found := list(rows.filter(pk__gte=start).order_by("pk")[: size + 1])):
        earlier = rows.filter(pk__lt=start).exists()
        return KeyPage(found[:size], found[0].pk if earlier else None, found[size].pk if found[size:] else None)
    older = rows.filter(pk__lt=before) if before is not None else rows
    found = list(older.order_by("-pk")[: size + 1])
    kept = found[:size][::-1]
    return KeyPage(kept, kept[0].pk if found[size:] else None, before if before is not None and kept else None)

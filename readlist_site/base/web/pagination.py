"""Primary keys in URLs, and keyset pagination of long lists."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


class KeyConverter:
    """Path converter `<key:pk>`. Unlike Django's `int`, it doesn't match numbers too large for the databases."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


def whole_number(text: str | None) -> int | None:
    """Returns the integer of a query parameter; None if it isn't one, or too large to be a primary key."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


@dataclass(frozen=True)
class KeyPage:
    """One page of rows, oldest first. `earlier` and `later` are the keys for `?before=` and `?from=` that return the
    adjacent pages, or None."""

    rows: list[Any]
    earlier: int | None = None
    later: int | None = None


def paginate_by_key(rows: QuerySet, *, size: int, before: int | None = None, start: int | None = None) -> KeyPage:
    """Returns the newest rows, the newest rows with a key below `before`, or the oldest rows with a key from `start`
    on."""
    if start is not None and (found := list(rows.filter(pk__gte=start).order_by("pk")[: size + 1])):
        earlier = rows.filter(pk__lt=start).exists()
        return KeyPage(found[:size], found[0].pk if earlier else None, found[size].pk if found[size:] else None)
    older = rows.filter(pk__lt=before) if before is not None else rows
    found = list(older.order_by("-pk")[: size + 1])
    page_rows = found[:size][::-1]
    return KeyPage(
        page_rows, page_rows[0].pk if found[size:] else None, before if before is not None and page_rows else None
    )

"""Merges imported values with curators' changes, based on the values of the last import."""

from django.db import models

_NOTHING = object()


def three_way_merge(row: models.Model, fields: dict, last_imported: dict) -> list[str]:
    """Set the fields whose value in the file differs from the last import; return the names of those that changed.

    A field with the same value in the file as in the last import keeps the row's present value. Doesn't save."""
    changed = []
    for name, value in fields.items():
        if last_imported.get(name, _NOTHING) != value and getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed

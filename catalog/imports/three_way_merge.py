"""Which side wins where a file and a curator both speak: who changed the field since the last import."""

from django.db import models

_NOTHING = object()


def three_way_merge(row: models.Model, fields: dict, last_imported: dict) -> list[str]:
    """Set on the row what the file says anew; name the fields that changed.

    A field that the file gives as it gave it last time keeps its present value, whoever has changed it since."""
    changed = []
    for name, value in fields.items():
        if last_imported.get(name, _NOTHING) != value and getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed

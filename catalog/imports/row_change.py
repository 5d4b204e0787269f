"""One row of a list in an import plan, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.db.models import Model

from catalog.markdown.nodes import EntryNode, SectionNode
from catalog.outline.entry import Entry
from catalog.outline.section import Section


@dataclass(eq=False)
class RowChange:
    """`was` has the row's columns in the database, or is None for a new row; `row` has their new values.

    `was_above` is its heading before the import, `above` the one after it. `kept` has the fields in which the row keeps
    a curator's value, with the file's value: {"why": the file's}."""

    row: Section | Entry
    node: SectionNode | EntryNode | None = None
    was: dict | None = None
    above: "RowChange | None" = None
    was_above: "RowChange | None" = None
    kept: dict[str, object] = field(default_factory=dict)
    source_moves: bool = False  # the file corrects its link, and its source gets the new URL
    source_is_copied: bool = False  # the same, but others list its source: a new one begins with a copy of its readings

    @classmethod
    def of(cls, row: Section | Entry) -> "RowChange":
        """A change of an existing row, without differences yet."""
        return cls(row, was=columns_of(row))

    @property
    def is_new(self) -> bool:
        return self.was is None

    @property
    def will_be_listed(self) -> bool:
        """Whether the row won't be retired after the import."""
        return self.row.retired_at is None

    @property
    def is_listed(self) -> bool:
        """Whether the row exists and isn't retired now."""
        return self.was is not None and self.was["retired_at"] is None

    @property
    def is_restored(self) -> bool:
        return self.will_be_listed and not self.is_listed and not self.is_new

    @property
    def is_retired(self) -> bool:
        return self.is_listed and not self.will_be_listed

    @property
    def changed_columns(self) -> list[str]:
        """The names of the columns to be written: all for a new row."""
        return [name for name, value in columns_of(self.row).items() if self.was is None or self.was[name] != value]

    def changed(self, name: str) -> bool:
        """Whether this field of an existing row changes."""
        return self.was is not None and self.was[name] != getattr(self.row, name)

    def headings_above(self) -> "Iterator[RowChange]":
        """The headings above it after the import, nearest first."""
        at = self.above
        while at is not None:
            yield at
            at = at.above


def columns_of(row: Model) -> dict:
    """The row's column values by attname, without the primary key."""
    return {name: getattr(row, name) for name in _column_names(type(row))}


@cache
def _column_names(model: type[Model]) -> tuple[str, ...]:
    return tuple(column.attname for column in model._meta.concrete_fields if column.attname != "id")

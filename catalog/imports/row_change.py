"""One row of a list while a file is planned into it: what it was, and what it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Model

from catalog.markdown.nodes import EntryNode, SectionNode
from catalog.outline.entry import Entry
from catalog.outline.section import Section


@dataclass(eq=False)
class RowChange:
    """`was` holds the row's columns as they are, None for a new row; the row itself holds what they become.

    `above` is the heading that it comes to stand under, `was_above` the one it stands under. `kept` names the fields
    in which a curator's value stands against the file's: {"why": the file's}."""

    row: Section | Entry
    node: SectionNode | EntryNode | None = None
    was: dict | None = None
    above: "RowChange | None" = None
    was_above: "RowChange | None" = None
    kept: dict[str, object] = field(default_factory=dict)
    source_moves: bool = False  # its source goes along with its corrected link

    @classmethod
    def of(cls, row: Section | Entry) -> "RowChange":
        """The item of a row as it is."""
        return cls(row, was=columns_of(row))

    @property
    def is_new(self) -> bool:
        return self.was is None

    @property
    def will_be_listed(self) -> bool:
        """Whether readers will see it."""
        return self.row.retired_at is None

    @property
    def is_listed(self) -> bool:
        """Whether readers see it now."""
        return self.was is not None and self.was["retired_at"] is None

    @property
    def is_restored(self) -> bool:
        return self.will_be_listed and not self.is_listed and not self.is_new

    @property
    def is_retired(self) -> bool:
        return self.is_listed and not self.will_be_listed

    @property
    def changed_columns(self) -> list[str]:
        """What is to be written; of a new row everything is."""
        return [name for name, value in columns_of(self.row).items() if self.was is None or self.was[name] != value]

    def changed(self, name: str) -> bool:
        """Whether the field of a row that was there becomes another."""
        return self.was is not None and self.was[name] != getattr(self.row, name)

    def headings_above(self) -> "Iterator[RowChange]":
        """The headings that it comes to stand under, from the nearest on."""
        at = self.above
        while at is not None:
            yield at
            at = at.above


def columns_of(row: Model) -> dict:
    """The values that the database has, or is to have."""
    return {
        column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields if column.attname != "id"
    }

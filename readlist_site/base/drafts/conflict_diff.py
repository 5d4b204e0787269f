"""A conflict between two texts of one person, from two tabs or devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.safestring import SafeString

from readlist_site.base.text import MAX_LENGTH, costs_cpu, diff, render

from .draft import AbstractDraft

Name = TypeVar("Name")


@dataclass(frozen=True)
class FieldConflict:
    """Both versions of one field, as HTML in which text missing from the other one is marked."""

    label: str
    mine: SafeString
    theirs: SafeString


@dataclass(frozen=True)
class Conflict:
    """The differences between the text in this tab and the one saved elsewhere. `version_token` is that of the saved
    draft; it is submitted with the choice, so that a third text is never overwritten unseen."""

    differences: list[FieldConflict]
    version_token: str
    saved_at: datetime | None = None

    @classmethod
    def between(
        cls, mine: Mapping[str, str], theirs: Mapping[str, str], labels: Mapping[str, str], *,
        draft: AbstractDraft | None = None,
    ) -> "Conflict":  # fmt: skip
        """Compares two forms, and returns the labelled fields that differ, rendered. Drafts may be longer than what can
        be rendered; of those, the beginnings are compared."""
        names = [name for name in labels if mine.get(name, "").strip() != theirs.get(name, "").strip()]
        differences = [_compared(labels[name], mine.get(name, ""), theirs.get(name, "")) for name in names]
        return cls(differences, draft.version_token if draft else "", draft.saved_at if draft else None)


@costs_cpu
def _compared(label: str, mine: str, theirs: str) -> FieldConflict:
    my_html, their_html = render(mine[:MAX_LENGTH]).html, render(theirs[:MAX_LENGTH]).html
    return FieldConflict(label, diff(their_html, my_html).html, diff(my_html, their_html).html)


def concat(mine: Mapping[Name, str], theirs: Mapping[Name, str]) -> dict[Name, str]:
    """Returns both texts of each field, one after the other, for the author to merge; one of them if it contains the
    other."""
    merged = dict(theirs)
    for name, text in mine.items():
        other = theirs.get(name, "").strip()
        merged[name] = text if not other or other in text else other if text.strip() in other else f"{text}\n\n{other}"
    return merged

"""Two texts of one person, from two tabs or devices: both are shown, and one decision is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.safestring import SafeString

from readlist_site.base.text import diff, render

from .draft import AbstractDraft

Name = TypeVar("Name")


@dataclass(frozen=True)
class FieldConflict:
    """One field that says two things. What the other text lacks is marked in each."""

    label: str
    mine: SafeString
    theirs: SafeString


@dataclass(frozen=True)
class Conflict:
    """What stands in this window beside what was saved elsewhere. `version_token` is that of the draft there: who
    chooses says it, so that a third text is never overwritten unseen."""

    differences: list[FieldConflict]
    version_token: str
    saved_at: datetime | None = None

    @classmethod
    def between(
        cls, mine: Mapping[str, str], theirs: Mapping[str, str], labels: Mapping[str, str], *,
        draft: AbstractDraft | None = None,
    ) -> "Conflict":  # fmt: skip
        """Compare two forms field by field: of those that have a label, the ones that differ, as they are read."""
        differ = [name for name in labels if mine.get(name, "").strip() != theirs.get(name, "").strip()]
        shown = [_compared(labels[name], mine.get(name, ""), theirs.get(name, "")) for name in differ]
        return cls(shown, draft.version_token if draft else "", draft.saved_at if draft else None)


def _compared(label: str, mine: str, theirs: str) -> FieldConflict:
    here, there = render(mine).html, render(theirs).html
    return FieldConflict(label, diff(there, here).html, diff(here, there).html)


def concat(mine: Mapping[Name, str], theirs: Mapping[Name, str]) -> dict[Name, str]:
    """Both texts of each field, one after the other, for their author to make one of them."""
    both = dict(theirs)
    for name, text in mine.items():
        other = theirs.get(name, "").strip()
        both[name] = text if not other or other in text else other if text.strip() in other else f"{text}\n\n{other}"
    return both

"""Two texts of one person, from two tabs or devices: both are shown, and one decision is theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.safestring import SafeString

from readlist_site.text import diff, render

from .draft import AbstractDraft

Name = TypeVar("Name")


@dataclass(frozen=True)
class Difference:
    """One field that says two things. What the other text lacks is marked in each."""

    label: str
    mine: SafeString
    theirs: SafeString


@dataclass(frozen=True)
class Conflict:
    """What stands in this window beside what was saved elsewhere. `over` is the `mark` of that: who chooses says it, so
    that a third text is never overwritten unseen."""

    differences: list[Difference]
    over: str
    saved_at: datetime | None = None

    @classmethod
    def between(
        cls, mine: Mapping[str, str], theirs: Mapping[str, str], labels: Mapping[str, str], *,
        draft: AbstractDraft | None = None,
    ) -> "Conflict":  # fmt: skip
        """Compare two forms field by field: of those that have a label, the ones that differ, as they are read."""
        differ = [name for name in labels if mine.get(name, "").strip() != theirs.get(name, "").strip()]
        shown = [_compared(labels[name], mine.get(name, ""), theirs.get(name, "")) for name in differ]
        return cls(shown, draft.mark if draft else "", draft.saved_at if draft else None)


def _compared(label: str, mine: str, theirs: str) -> Difference:
    here, there = render(mine).html, render(theirs).html
    return Difference(label, diff(there, here).html, diff(here, there).html)


def together(mine: Mapping[Name, str], theirs: Mapping[Name, str]) -> dict[Name, str]:
    """Both texts of each field, one after the other, for their author to make one of them."""
    both = dict(theirs)
    for name, text in mine.items():
        other = theirs.get(name, "").strip()
        both[name] = text if not other or other in text else other if text.strip() in other else f"{text}\n\n{other}"
    return both

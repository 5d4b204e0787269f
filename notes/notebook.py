"""One's own page of the notebook on a topic: what is read, what is written, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from catalog.models import Entry, Role, Section

from .models import Draft, Reading, Revision
from .models.reading import Key, key_of
from .progress import Demands, Step, Steps, entries_of, written
from .shelf import Shelf
from .words import short


@dataclass(frozen=True)
class Mark:
    """The source that makes a step, and when that was."""

    entry: Entry
    reading: Reading


@dataclass(frozen=True)
class PathStep:
    """One step of the large path: its name, how far it is, and what made or would make it."""

    slug: str
    name: str
    state: Step
    words: str
    on: datetime | None = None
    current: bool = False


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now on a topic."""

    words: str
    url: str


@dataclass(frozen=True)
class TopicPage:
    """What one person's notebook holds on one topic."""

    topic: Section
    entries: list[Entry]
    readings: dict[Key, Reading] = field(default_factory=dict)
    draft: Draft | None = None
    revision: Revision | None = None

    @cached_property
    def demands(self) -> Demands:
        return Demands.of(self.entries)

    @cached_property
    def steps(self) -> Steps:
        states = {at: reading.state for at, reading in self.readings.items()}
        return self.demands.steps(states, written(bool(self.draft), bool(self.revision)))

    def reading(self, entry: Entry) -> Reading | None:
        """How far one is with this entry."""
        return self.readings.get(key_of(entry))

    @cached_property
    def shelf(self) -> Shelf:
        """The topic's sources as spines."""
        tall = set(self.demands.core)
        return Shelf.of(
            ("tall" if entry in tall else "short", entry.role, reading.state if reading else "")
            for entry, reading in ((entry, self.reading(entry)) for entry in self.entries)
        )

    def mark(self, entries: Iterable[Entry], *states: str, other_than: int | None = None) -> Mark | None:
        """Among these entries the first that got into one of the states, leaving out one source."""
        marks = [
            Mark(entry, reading)
            for entry in entries
            if entry.source_id != other_than and (reading := self.reading(entry)) and reading.state in states
        ]
        return min(marks, key=lambda mark: (mark.reading.since, mark.entry.position), default=None)

    @cached_property
    def core_read(self) -> Mark | None:
        """What made the core read: the first such source that leaves another for the cross-check."""
        first = self.mark(self.demands.core, Reading.State.READ)
        if first and not self.mark(self.demands.check, Reading.State.READ, other_than=first.entry.source_id):
            return self.mark(self.demands.core, Reading.State.READ, other_than=first.entry.source_id) or first
        return first

"""The steps of a topic as its page shows them, and the next step."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import shorten

from django.urls import reverse

from catalog.outline.entry import Entry
from notes.line_meter import MAX_LINES, MIN_LINES
from notes.notebook import Notebook
from notes.progress import Steps, StepState
from notes.reading import Reading


@dataclass(frozen=True)
class PathStep:
    """One step: its name and state, a detail (what completed it, or would), and when it was completed."""

    slug: str
    name: str
    state: StepState
    detail: str = ""
    on: datetime | None = None
    current: bool = False


class Todo(StrEnum):
    """The kinds of next step."""

    READ = "read"
    CHECK = "check"
    WRITE = "write"
    DRAFT = "draft"
    REVISE = "revise"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class NextStep:
    """The next step and its URL; `entry` is what to read, if that is the step, and `begun` whether they are reading it.

    The label of its button is in `templates/notes/next_step_label.html`."""

    kind: Todo
    url: str
    entry: Entry | None = None
    begun: bool = False

    @property
    def title(self) -> str:
        """The short title of the entry to read, for a button."""
        return _shortened(self.entry.title) if self.entry else ""


def topic_steps(
    notebook: Notebook, *, steps: Steps | None = None, review: str = "", on: datetime | None = None
) -> list[PathStep]:
    """Returns the four steps. `steps`, `review` and `on` are what groups know, in place of the notebook's own."""
    steps = steps or notebook.steps
    rows = [
        ("core", "Core read", *_core(notebook)),
        ("cross_checked", "Cross-checked", *_cross_checked(notebook)),
        ("summarised", "Summarised", *_summarised(notebook)),
        ("reviewed", "Reviewed", review or "by your group", on),
    ]
    return [
        PathStep(slug, name, getattr(steps, slug), detail, when, current=slug == steps.current)
        for slug, name, detail, when in rows
    ]


def own_steps(notebook: Notebook) -> list[PathStep]:
    """Returns the steps that depend on the notebook only, without those that groups can set."""
    return topic_steps(notebook)[: 2 if notebook.revision else 3]


def next_step(notebook: Notebook) -> NextStep:
    """Returns the next step, as far as the notebook knows."""
    editor = reverse("summary", args=[notebook.topic.pk])
    if notebook.draft:
        return NextStep(Todo.DRAFT, editor)
    if notebook.revision:
        return NextStep(Todo.REVISE, editor)
    core = notebook.core_read
    if not core and (step := _read_next(notebook, notebook.requirements.core)):
        return step
    if notebook.requirements.needs_cross_check and not notebook.check_read:
        left = [entry for entry in notebook.requirements.check if not core or entry.source_id != core.entry.source_id]
        if step := _read_next(notebook, left, checks=bool(core)):
            return step
    return NextStep(Todo.WRITE, editor)


def _read_next(notebook: Notebook, entries: list[Entry], *, checks: bool = False) -> NextStep | None:
    """Returns the step to continue what is being read, else to read another entry; None if nothing is left. `checks`:
    it is a cross-check."""
    begun = notebook.longest_in(entries, Reading.State.READING)
    entry = begun.entry if begun else notebook.unread(entries)
    if entry is None:
        return None
    return NextStep(
        Todo.CHECK if checks else Todo.READ, reverse("source", args=[entry.source_id]), entry, begun=begun is not None
    )


def _core(notebook: Notebook) -> tuple[str, datetime | None]:
    if entry_reading := notebook.core_read:
        return _shortened(entry_reading.entry.title), entry_reading.reading.finished_at
    if entry_reading := notebook.longest_in(notebook.requirements.core, Reading.State.READING):
        return f"Reading {_shortened(entry_reading.entry.title)}", None
    if notebook.requirements.names_core:
        return "one core source", None
    return ("one source, whichever you like" if notebook.requirements.needs_cross_check else "its one source"), None


def _cross_checked(notebook: Notebook) -> tuple[str, datetime | None]:
    if not notebook.requirements.needs_cross_check:
        return "not needed: it has one source", None
    core = notebook.core_read or notebook.longest_in(notebook.requirements.core, Reading.State.READING)
    exclude_source = core.entry.source_id if core else None
    if entry_reading := notebook.longest_in(
        notebook.requirements.check, Reading.State.READ, exclude_source=exclude_source
    ):
        return _shortened(entry_reading.entry.title), entry_reading.reading.finished_at
    if entry_reading := notebook.longest_in(
        notebook.requirements.check, Reading.State.READING, exclude_source=exclude_source
    ):
        return f"Reading {_shortened(entry_reading.entry.title)}", None
    return ("one practitioner source" if notebook.requirements.names_practitioner else "a second source"), None


def _summarised(notebook: Notebook) -> tuple[str, datetime | None]:
    if notebook.revision:
        return f"Revision {notebook.revision.number}", notebook.revision.created_at
    if notebook.draft:
        return f"Draft, {notebook.draft.lines} of {MIN_LINES}–{MAX_LINES} lines", None
    return f"{MIN_LINES}–{MAX_LINES} lines of your own", None


def _shortened(title: str, length: int = 44) -> str:
    """Returns the title without brackets at its end, cut between words."""
    return shorten(re.sub(r"\s*\([^()]*\)$", "", title) or title, length, placeholder="…")

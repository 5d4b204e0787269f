"""The path through a topic as one sees it on its page: four steps with what made them, and the one thing to do next."""

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
    """One step: what it is called, how far it is, what made it or would make it, and when."""

    slug: str
    name: str
    state: StepState
    words: str = ""
    on: datetime | None = None
    current: bool = False


class Todo(StrEnum):
    """What kind of thing is to be done."""

    READ = "read"
    CHECK = "check"
    WRITE = "write"
    DRAFT = "draft"
    REVISE = "revise"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now, and where; `entry` is what to read, if it is to read, and whether that is `begun`.

    What its button says stands in `templates/notes/next_step_label.html`."""

    kind: Todo
    url: str
    entry: Entry | None = None
    begun: bool = False

    @property
    def title(self) -> str:
        """The title of what is to be read, for a button."""
        return _shortened(self.entry.title) if self.entry else ""


def topic_steps(
    notebook: Notebook, *, steps: Steps | None = None, review: str = "", on: datetime | None = None
) -> list[PathStep]:
    """The four steps. `steps`, `review` and `on`: what the groups know, laid over the notebook's own."""
    steps = steps or notebook.steps
    said = [
        ("core", "Core read", *_core(notebook)),
        ("cross_checked", "Cross-checked", *_cross_checked(notebook)),
        ("summarised", "Summarised", *_summarised(notebook)),
        ("reviewed", "Reviewed", review or "by your group", on),
    ]
    return [
        PathStep(slug, name, getattr(steps, slug), words, when, current=slug == steps.current)
        for slug, name, words, when in said
    ]


def own_steps(notebook: Notebook) -> list[PathStep]:
    """The steps of which the notebook alone decides: what was submitted is also for groups to tell of."""
    return topic_steps(notebook)[: 2 if notebook.revision else 3]


def next_step(notebook: Notebook) -> NextStep:
    """What to do now, as far as the notebook knows."""
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
    """Go on with what is being read, else read another; None when nothing is left. `checks`: what was read before."""
    begun = notebook.longest_in(entries, Reading.State.READING)
    entry = begun.entry if begun else notebook.unread(entries)
    if entry is None:
        return None
    return NextStep(
        Todo.CHECK if checks else Todo.READ, reverse("source", args=[entry.source_id]), entry, begun=begun is not None
    )


def _core(notebook: Notebook) -> tuple[str, datetime | None]:
    if mark := notebook.core_read:
        return _shortened(mark.entry.title), mark.reading.finished_at
    if mark := notebook.longest_in(notebook.requirements.core, Reading.State.READING):
        return f"Reading {_shortened(mark.entry.title)}", None
    if notebook.requirements.names_core:
        return "one core source", None
    return ("one source, whichever you like" if notebook.requirements.needs_cross_check else "its one source"), None


def _cross_checked(notebook: Notebook) -> tuple[str, datetime | None]:
    if not notebook.requirements.needs_cross_check:
        return "not needed: it has one source", None
    core = notebook.core_read or notebook.longest_in(notebook.requirements.core, Reading.State.READING)
    besides = core.entry.source_id if core else None
    if mark := notebook.longest_in(notebook.requirements.check, Reading.State.READ, besides=besides):
        return _shortened(mark.entry.title), mark.reading.finished_at
    if mark := notebook.longest_in(notebook.requirements.check, Reading.State.READING, besides=besides):
        return f"Reading {_shortened(mark.entry.title)}", None
    return ("one practitioner source" if notebook.requirements.names_practitioner else "a second source"), None


def _summarised(notebook: Notebook) -> tuple[str, datetime | None]:
    if notebook.revision:
        return f"Revision {notebook.revision.number}", notebook.revision.created_at
    if notebook.draft:
        return f"Draft, {notebook.draft.lines} of {MIN_LINES}–{MAX_LINES} lines", None
    return f"{MIN_LINES}–{MAX_LINES} lines of your own", None


def _shortened(title: str, length: int = 44) -> str:
    """A title without what stands in brackets at its end, cut between words."""
    return shorten(re.sub(r"\s*\([^()]*\)$", "", title) or title, length, placeholder="…")

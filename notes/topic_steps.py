"""The steps of a topic as its page shows them, and the next step."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import shorten

from catalog.outline.entry import Entry
from notes.line_meter import MAX_LINES, MIN_LINES
from notes.notebook import EntryReading, Notebook
from notes.reading import Reading
from notes.steps import Steps, StepState
from readlist_site.base.web.addresses import address


@dataclass(frozen=True, kw_only=True)
class PathStep:
    """One step, and when it was completed. What completed it, or would, has its words in
    `templates/notes/topic_steps.html`: the `source` that was read or is being read, else which sources are `asked` for;
    the number of the revision, else the draft's lines; the `outcome` in the person's groups, `grouped` if they have
    one."""

    slug: str
    state: StepState
    current: bool
    on: datetime | None = None
    source: str = ""
    is_reading: bool = False
    asked: str = ""
    revision: int | None = None
    draft_lines: int | None = None
    outcome: str = ""
    grouped: bool = True

    @property
    def required_lines(self) -> str:
        """How many lines a summary has."""
        return f"{MIN_LINES}–{MAX_LINES}"


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


def topic_steps(notebook: Notebook, *, steps: Steps | None = None, **review) -> list[PathStep]:
    """Returns the four steps. `steps`, and in `review` the fields of the last step, are what groups know, in place of
    the notebook's own."""
    steps = steps or notebook.steps
    facts = {
        "core": _core(notebook),
        "cross_checked": _cross_checked(notebook),
        "summarised": _summarised(notebook),
        "reviewed": review,
    }
    return [
        PathStep(slug=slug, state=getattr(steps, slug), current=slug == steps.current, **fields)
        for slug, fields in facts.items()
    ]


def own_steps(notebook: Notebook) -> list[PathStep]:
    """Returns the steps that depend on the notebook only, without those that groups can set."""
    return topic_steps(notebook)[: 2 if notebook.revision else 3]


def next_step(notebook: Notebook) -> NextStep:
    """Returns the next step, as far as the notebook knows."""
    editor = address("summary", notebook.topic.pk)
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
        Todo.CHECK if checks else Todo.READ, address("source", entry.source_id), entry, begun=begun is not None
    )


def _core(notebook: Notebook) -> dict:
    requires = notebook.requirements
    if found := notebook.core_read or notebook.longest_in(requires.core, Reading.State.READING):
        return _source(found)
    return {"asked": "core" if requires.names_core else "any" if requires.needs_cross_check else "only"}


def _cross_checked(notebook: Notebook) -> dict:
    requires = notebook.requirements
    if not requires.needs_cross_check:
        return {"asked": "none"}
    core = notebook.core_read or notebook.longest_in(requires.core, Reading.State.READING)
    exclude_source = core.entry.source_id if core else None
    for state in (Reading.State.READ, Reading.State.READING):
        if found := notebook.longest_in(requires.check, state, exclude_source=exclude_source):
            return _source(found)
    return {"asked": "practitioner" if requires.names_practitioner else "second"}


def _source(found: EntryReading) -> dict:
    """Returns what is known of a step by this source, which is read or being read."""
    is_reading = found.reading.state == Reading.State.READING
    return {"source": _shortened(found.entry.title), "is_reading": is_reading, "on": found.reading.finished_at}


def _summarised(notebook: Notebook) -> dict:
    if notebook.revision:
        return {"revision": notebook.revision.number, "on": notebook.revision.created_at}
    return {"draft_lines": notebook.draft.lines if notebook.draft else None}


def _shortened(title: str, length: int = 44) -> str:
    """Returns the title without brackets at its end, cut between words."""
    return shorten(re.sub(r"\s*\([^()]*\)$", "", title) or title, length, placeholder="…")

"""How far people are with topics: four steps each, derived from what they read and wrote.

*Core read* takes a source of the core role, or any source where the topic names no core. *Cross-checked* takes a second
source, of the practitioner role where the topic has one; a topic with a single source needs none. A skipped source
counts for nothing. *Summarised* takes a submitted summary; a draft begins it. *Reviewed* is for groups to say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from catalog.markdown.role import Role
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from notes.draft import Draft
from notes.reading import Key, Reading, make_reading_key, reading_key
from notes.summary import Summary


class StepState(StrEnum):
    """Not begun, begun, or done."""

    TODO = "todo"
    NOW = "now"
    DONE = "done"


# Where the discs of the path's glyph stand.
PLACES = [6, 23, 40, 57]

WORDS = {
    "core": {StepState.NOW: "core read begun", StepState.DONE: "core read"},
    "cross_checked": {StepState.NOW: "cross-check begun", StepState.DONE: "cross-checked"},
    "summarised": {StepState.NOW: "summary begun", StepState.DONE: "summarised"},
    "reviewed": {StepState.NOW: "in review", StepState.DONE: "reviewed"},
}


@dataclass(frozen=True, kw_only=True)
class Steps:
    """One person's way through one topic. `hidden`: they keep it to themselves, so only what groups add is known."""

    core: StepState = StepState.TODO
    cross_checked: StepState = StepState.TODO
    summarised: StepState = StepState.TODO
    reviewed: StepState = StepState.TODO
    accepted: bool = False
    hidden: bool = False
    needs_cross_check: bool = True

    def with_review(
        self, *, summarised: StepState | None = None, reviewed: StepState | None = None, accepted: bool = False
    ) -> "Steps":
        """The same with what a group knows laid over: None leaves a step as it is."""
        return replace(
            self,
            summarised=self.summarised if summarised is None else StepState(summarised),
            reviewed=self.reviewed if reviewed is None else StepState(reviewed),
            accepted=accepted,
        )

    @property
    def begun(self) -> bool:
        """Whether anything is known to have been done."""
        return self.accepted or any(step != StepState.TODO for step in self)

    @property
    def current(self) -> str:
        """The name of the first step that is not done; blank when all are."""
        return next((name for name in WORDS if getattr(self, name) != StepState.DONE), "")

    @property
    def label(self) -> str:
        """The steps in words: "core read, cross-checked, summary begun"."""
        if self.accepted:
            return "accepted"
        said = ["reading hidden"] if self.hidden else []
        for name, words in WORDS.items():
            if name == "cross_checked" and not self.needs_cross_check:
                said += ["no cross-check needed"] if self.core == StepState.DONE else []
            elif (step := getattr(self, name)) in words:
                said.append(words[step])
        return ", ".join(said) or "not begun"

    @property
    def word(self) -> str:
        """Where one stands, in a word or two beside the path; blank before the beginning."""
        if self.accepted:
            return "Accepted"
        ahead = [
            (self.reviewed, "Reviewed", "In review"),
            (self.summarised, "Summarised", "Draft"),
            (self.cross_checked, "Summary next", "Cross-checking"),
            (self.core, "Cross-check next", "Reading"),
        ]
        return next(
            (done if step == StepState.DONE else now for step, done, now in ahead if step != StepState.TODO), ""
        )

    @property
    def lines(self) -> list[tuple[int, int, bool]]:
        """The glyph's lines: from where to where, and whether both steps that it joins are done."""
        return [(x, beyond, before == after == StepState.DONE) for (x, before), (beyond, after) in pairwise(self.discs)]

    @property
    def discs(self) -> list[tuple[int, StepState]]:
        """The glyph's discs: where each stands, and its step. Of who hides their reading only the last two."""
        return list(zip(PLACES, self, strict=True))[2 if self.hidden else 0 :]

    def __iter__(self):
        return (getattr(self, name) for name in WORDS)


class Member(Protocol):
    """Whose steps a group may see: a membership, or something like it."""

    person_id: int
    hides_reading: bool


@dataclass(frozen=True)
class TopicRequirements:
    """What a topic asks to be read: which entries can be its core read, and which can check that."""

    core: tuple[Entry, ...]
    check: tuple[Entry, ...]
    needs_cross_check: bool
    names_core: bool
    names_practitioner: bool

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "TopicRequirements":
        """From a topic's shown entries."""
        entries = tuple(entries)
        named = tuple(entry for entry in entries if entry.role == Role.CORE)
        core = named or entries
        practitioner = tuple(entry for entry in entries if entry.role == Role.PRACTITIONER)
        # A practitioner source that is the only core one, too, could never be the second.
        usable = len(_sources(core) | _sources(practitioner)) > 1
        return cls(
            core=core,
            check=practitioner if practitioner and usable else entries,
            needs_cross_check=len(_sources(entries)) > 1,
            names_core=bool(named),
            names_practitioner=bool(practitioner) and usable,
        )

    def steps(self, states: Mapping[Key, str], summarised: StepState = StepState.TODO) -> Steps:
        """The steps of a person with these reading states who has written that much."""
        read, begun = {Reading.State.READ}, {Reading.State.READ, Reading.State.READING}
        core_read, core_begun = _sources(self.core, states, read), _sources(self.core, states, begun)
        check_read, check_begun = _sources(self.check, states, read), _sources(self.check, states, begun)
        core = StepState.DONE if core_read else StepState.NOW if core_begun else StepState.TODO
        if not self.needs_cross_check:
            cross_checked = StepState.DONE if core_read else StepState.TODO
        elif core_read and check_read and len(core_read | check_read) > 1:
            cross_checked = StepState.DONE
        elif check_begun and (not core_begun or len(core_begun | check_begun) > 1):
            cross_checked = StepState.NOW
        else:
            cross_checked = StepState.TODO
        return Steps(
            core=core,
            cross_checked=cross_checked,
            summarised=summarised,
            needs_cross_check=self.needs_cross_check,
        )


def _sources(entries: Iterable[Entry], states: Mapping[Key, str] | None = None, wanted: Iterable[str] = ()) -> set[int]:
    """The sources of these entries; with states given, of those entries that are in a wanted one."""
    return {entry.source_id for entry in entries if states is None or states.get(reading_key(entry)) in wanted}


def summary_state(draft: bool, summary: bool) -> StepState:
    """How far the summary is: a draft begins it, and a first revision is what makes a summary."""
    return StepState.DONE if summary else StepState.NOW if draft else StepState.TODO


def entries_of(topics: Iterable[Section]) -> dict[int, list[Entry]]:
    """The shown entries of each topic, in the list's order. One query."""
    found = defaultdict(list)
    for entry in (
        Entry.objects.not_retired().filter(topic__in=topics, section__retired_at=None).order_by("position", "pk")
    ):
        found[entry.topic_id].append(entry)
    return found


def steps_for(members: Iterable[Member], topics: Iterable[Section]) -> dict[tuple[int, int], Steps]:
    """The steps of each of these people in each of these topics, by (person, topic). Four queries.

    One of the two doors through which others see into a notebook: states only, and nothing of who hides their reading.
    """
    members, topics = list(members), list(topics)
    shown = [member.person_id for member in members if not member.hides_reading]
    entries = entries_of(topics)
    states = defaultdict(dict)
    sources = Entry.objects.filter(topic__in=topics).values("source")
    readings = Reading.objects.filter(person__in=shown, source__in=sources)
    for person, source, reread, state in readings.values_list("person_id", "source_id", "reread_entry_id", "state"):
        states[person][make_reading_key(source, reread)] = state
    drafts, summaries = (
        set(model.objects.filter(author__in=shown, topic__in=topics).values_list("author_id", "topic_id"))
        for model in (Draft, Summary)
    )
    found = {}
    for topic in topics:
        requirements = TopicRequirements.of(entries[topic.pk])
        nothing = requirements.steps({})
        for member in members:
            at = member.person_id, topic.pk
            if member.hides_reading:
                found[at] = replace(nothing, hidden=True)
            else:
                found[at] = requirements.steps(states[member.person_id], summary_state(at in drafts, at in summaries))
    return found


def read_by(members: Iterable[Member], entries: Iterable[Entry]) -> dict[int, int]:
    """How many of these people have read each of these entries, by entry: of those who show their reading. One query.

    Part of the same door: a count, and no names."""
    shown, entries = {member.person_id for member in members if not member.hides_reading}, list(entries)
    sources = {entry.source_id for entry in entries}
    readings = Reading.objects.filter(person__in=shown, source__in=sources, state=Reading.State.READ)
    counts = Counter(reading.key for reading in readings)
    return {entry.pk: counts[reading_key(entry)] for entry in entries}

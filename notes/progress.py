"""The four steps of a person in a topic, derived from readings, drafts and summaries.

*Core read* needs a read source of the core role, or any source if the topic has none of that role. *Cross-checked*
needs a second source, of the practitioner role if the topic has one; a topic with a single source needs none. Skipped
sources don't count. *Summarised* needs a submitted summary; a draft begins it. *Reviewed* is set by groups."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

from django.db.models import QuerySet

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source_role import Role
from notes.draft import Draft
from notes.reading import Key, Reading, make_reading_key, reading_key
from notes.summary import Summary
from readlist_site.base.web.together import Together


class StepState(StrEnum):
    """Not begun, begun, or done."""

    TODO = "todo"
    NOW = "now"
    DONE = "done"


# x of the discs in the glyph.
DISC_POSITIONS = [6, 23, 40, 57]

STEP_NAMES = ("core", "cross_checked", "summarised", "reviewed")


@dataclass(frozen=True, kw_only=True)
class Steps:
    """One person's steps in one topic. `hidden`: they hide their reading, so that only steps set by groups are
    known."""

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
        """Returns a copy with the steps as a group knows them; None leaves a step as it is."""
        return _with_review(self, summarised, reviewed, accepted)

    @property
    def begun(self) -> bool:
        """Whether any step is begun or done."""
        return self.accepted or any(step != StepState.TODO for step in self)

    @property
    def current(self) -> str:
        """The name of the first step that is not done; "" if all are."""
        return next((name for name in STEP_NAMES if getattr(self, name) != StepState.DONE), "")

    @property
    def begun_steps(self) -> list[tuple[str, StepState]]:
        """The steps that are begun or done, each with its state."""
        return [(name, step) for name, step in zip(STEP_NAMES, self, strict=True) if step != StepState.TODO]

    @property
    def latest(self) -> tuple[str, StepState] | None:
        """The last of `begun_steps`; None if there is none."""
        return next(reversed(self.begun_steps), None)

    @property
    def lines(self) -> list[tuple[int, int, bool]]:
        """The glyph's lines: x of both ends, and whether both steps are done."""
        return [(x, beyond, before == after == StepState.DONE) for (x, before), (beyond, after) in pairwise(self.discs)]

    @property
    def discs(self) -> list[tuple[int, StepState]]:
        """The glyph's discs: x and state. Only the last two if the person hides their reading."""
        return list(zip(DISC_POSITIONS, self, strict=True))[2 if self.hidden else 0 :]

    def __iter__(self):
        return (getattr(self, name) for name in STEP_NAMES)


@lru_cache(maxsize=2_048)
def _with_review(steps: Steps, summarised: StepState | None, reviewed: StepState | None, accepted: bool) -> Steps:
    """The table of a group's progress asks for the same few again and again."""
    return replace(
        steps,
        summarised=steps.summarised if summarised is None else StepState(summarised),
        reviewed=steps.reviewed if reviewed is None else StepState(reviewed),
        accepted=accepted,
    )


class Member(Protocol):
    """A person whose steps a group may see, such as a membership."""

    person_id: int
    hides_reading: bool


@dataclass(frozen=True)
class TopicRequirements:
    """What a topic requires: the entries that count as core read, and those that count as cross-check."""

    core: tuple[Entry, ...]
    check: tuple[Entry, ...]
    needs_cross_check: bool
    names_core: bool
    names_practitioner: bool

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "TopicRequirements":
        """Returns the requirements of a topic with these (visible) entries."""
        entries = tuple(entries)
        core_entries = tuple(entry for entry in entries if entry.role == Role.CORE)
        core = core_entries or entries
        practitioner = tuple(entry for entry in entries if entry.role == Role.PRACTITIONER)
        # A practitioner source that is also the only core source can't be the second source.
        usable = len(_sources(core) | _sources(practitioner)) > 1
        return cls(
            core=core,
            check=practitioner if practitioner and usable else entries,
            needs_cross_check=len(_sources(entries)) > 1,
            names_core=bool(core_entries),
            names_practitioner=bool(practitioner) and usable,
        )

    @cached_property
    def core_keys(self) -> list[tuple[int, Key]]:
        """The source and the reading's key of each entry that counts as core read."""
        return [(entry.source_id, reading_key(entry)) for entry in self.core]

    @cached_property
    def check_keys(self) -> list[tuple[int, Key]]:
        """The source and the reading's key of each entry that counts as cross-check."""
        return [(entry.source_id, reading_key(entry)) for entry in self.check]

    def steps(self, states: Mapping[Key, str], summarised: StepState = StepState.TODO) -> Steps:
        """Returns the steps of a person with these reading states and this state of the summary."""
        read, begun = {Reading.State.READ}, {Reading.State.READ, Reading.State.READING}
        core_read, core_begun = _in_state(self.core_keys, states, read), _in_state(self.core_keys, states, begun)
        check_read, check_begun = _in_state(self.check_keys, states, read), _in_state(self.check_keys, states, begun)
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


def _sources(entries: Iterable[Entry]) -> set[int]:
    """Returns the ids of the entries' sources."""
    return {entry.source_id for entry in entries}


def _in_state(keys: Iterable[tuple[int, Key]], states: Mapping[Key, str], included: Container[str]) -> set[int]:
    """Returns the ids of the sources of `keys` that are in one of the `included` states."""
    return {source for source, key in keys if states.get(key) in included}


def summary_state(draft: bool, summary: bool) -> StepState:
    """Returns the state of the summary: NOW with a draft, DONE with a revision."""
    return StepState.DONE if summary else StepState.NOW if draft else StepState.TODO


def entries_of(topics: Iterable[Section]) -> dict[int, list[Entry]]:
    """Returns the visible entries of each topic, in the list's order. One query."""
    (entries,) = topic_entries(topics=[topic.pk for topic in topics])
    return by_topic(entries)


@Together
def topic_entries(topics: list[int]) -> list[QuerySet]:
    """The visible entries of topics, in the list's order."""
    return [entry_query(topics)]


def entry_query(topics) -> QuerySet[Entry]:
    """Returns the queryset of `topic_entries`: without the reasons. `topics`: what a column of topics is to be in."""
    entries = Entry.objects.not_retired().filter(topic__in=topics, section__retired_at=None)
    return entries.defer("why", "why_html", "source_text", "last_imported").order_by("position", "pk")


def by_topic(entries: Iterable[Entry]) -> defaultdict[int, list[Entry]]:
    """Returns the entries by the key of their topic."""
    found = defaultdict(list)
    for entry in entries:
        found[entry.topic_id].append(entry)
    return found


def step_queries(people, topics) -> list[QuerySet]:
    """Returns the querysets of the readings, drafts and summaries that `steps_of` takes. `people`, who don't hide their
    reading, and `topics`: what a column of these is to be in."""
    sources = Entry.objects.filter(topic__in=topics).order_by().values("source")
    readings = Reading.objects.filter(person__in=people, source__in=sources)
    return [
        readings.values_list("person_id", "source_id", "reread_entry_id", "state"),
        *(
            model.objects.filter(author__in=people, topic__in=topics).values_list("author_id", "topic_id")
            for model in (Draft, Summary)
        ),
    ]


def steps_of(
    members: Iterable[Member],
    topics: Iterable[Section],
    entries: Iterable[Entry],
    readings: Iterable[tuple[int, int, int | None, str]],
    drafts: Iterable[tuple[int, int]],
    summaries: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], Steps]:
    """Returns the steps of each of these people in each of these topics, by (person, topic). `entries` are the visible
    ones of these topics, in the list's order; the rest are the rows of `step_queries`.

    With `read_counts`, the only access of others to a notebook: states only, and none of people who hide them."""
    members, entries_of, states = list(members), by_topic(entries), defaultdict(dict)
    for person, source, reread, state in readings:
        states[person][make_reading_key(source, reread)] = state
    drafts, summaries = set(drafts), set(summaries)
    steps = {}
    for topic in topics:
        requirements = TopicRequirements.of(entries_of[topic.pk])
        no_steps = requirements.steps({})
        for member in members:
            key = member.person_id, topic.pk
            if member.hides_reading:
                steps[key] = replace(no_steps, hidden=True)
            else:
                steps[key] = requirements.steps(
                    states[member.person_id], summary_state(key in drafts, key in summaries)
                )
    return steps


def read_counts(entries: Iterable[Entry], readings: Iterable[tuple[int, int, int | None, str]]) -> dict[int, int]:
    """Returns how many people have read each of these entries, by entry's key, of readings as in `step_queries`."""
    counts = Counter(
        make_reading_key(source, reread) for _, source, reread, state in readings if state == Reading.State.READ
    )
    return {entry.pk: counts[reading_key(entry)] for entry in entries}

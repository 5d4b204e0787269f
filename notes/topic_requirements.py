"""Which sources of a topic count as core read and which as cross-check, and how far somebody's readings are.

*Core read* needs a read source of the core role, or any source if the topic has none of that role. *Cross-checked*
needs a second source, of the practitioner role if the topic has one; a topic with a single source needs none. Skipped
sources don't count."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import cached_property

from catalog.outline.entry import Entry
from catalog.sources.source_role import Role
from notes.reading import Key, Reading, reading_key
from notes.steps import Steps, StepState


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

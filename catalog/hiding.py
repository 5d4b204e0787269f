"""What retiring a row puts out of sight, in words: a curator is asked before so much goes at one click."""

from collections import Counter
from dataclasses import dataclass

from .models import Entry, Section
from .resting import in_words, resting_on, summed
from .tree import Row, Tree

_COUNTED = {Section.Kind.TOPIC, Section.Kind.PAGE}


@dataclass(frozen=True)
class Hiding:
    """What stands below, and what people did on the topics and on the sources: "4 topics", "11 summaries"."""

    below: list[str]
    on_topics: list[str]
    on_sources: list[str]

    def __bool__(self) -> bool:
        return bool(self.below or self.on_topics or self.on_sources)


def hidden_with(row: Row) -> Hiding:
    """What would be hidden beside the row itself. False if that is nothing."""
    if isinstance(row, Entry):
        sections, entries, kinds = [], [row], Counter()
    else:
        branches = list(Tree(row.list).by_pk[row.pk].walk())
        sections = [branch.section for branch in branches if branch.section.retired_at is None]
        entries = [entry for branch in branches for entry in branch.entries if entry.retired_at is None]
        kinds = Counter(section.kind for section in sections if section != row and section.kind in _COUNTED)
        kinds["source"] = len(entries)
    below = in_words(**{kind: [(row.pk, number)] for kind, number in kinds.items() if number})
    once = {entry.source_id: entry for entry in entries}.values()
    rests = resting_on(sections=sections, entries=once)
    return Hiding(
        below=below.get(row.pk, []),
        on_topics=summed(said for section in sections for said in rests.get(section, [])),
        on_sources=summed(said for entry in once for said in rests.get(entry, [])),
    )

"""What retiring a row hides: a curator is asked before so much goes at one click."""

from collections import Counter
from dataclasses import dataclass

from .entry import Entry
from .section import Section
from .tree import Tree, TreeItem
from .usage import Usage

_COUNTED = (Section.Kind.TOPIC, Section.Kind.PAGE)


@dataclass(frozen=True)
class RetireImpact:
    """How many topics, pages and sources are below the row, and what people have on the topics and on the sources."""

    below: dict[str, int]
    on_topics: Counter[str]
    on_sources: Counter[str]

    def __bool__(self) -> bool:
        return bool(self.below or self.on_topics or self.on_sources)


def retire_impact(row: TreeItem) -> RetireImpact:
    """What would be hidden beside the row itself. False if that is nothing."""
    if isinstance(row, Entry):
        usage = Usage([row])
        return RetireImpact({}, Counter(), usage.of(row))
    branches = list(Tree(row.list).by_pk[row.pk].walk())
    sections = [branch.section for branch in branches if branch.section.retired_at is None]
    entries = [entry for branch in branches for entry in branch.entries if entry.retired_at is None]
    kinds = Counter(section.kind for section in sections if section != row)
    below = {str(kind): kinds[kind] for kind in _COUNTED} | {"source": len(entries)}
    usage = Usage([*sections, *entries])
    below = {kind: number for kind, number in below.items() if number}
    return RetireImpact(below, usage.of(*sections), usage.of(*entries))

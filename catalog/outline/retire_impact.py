"""What retiring a heading or an entry would hide, shown to a curator for confirmation."""

from collections import Counter
from dataclasses import dataclass

from .entry import Entry
from .section import Section
from .tree import Tree, TreeItem
from .usage import Usage

_COUNTED = (Section.Kind.TOPIC, Section.Kind.PAGE)


@dataclass(frozen=True)
class RetireImpact:
    """The numbers of topics, pages and entries below a row, and the usage of its topics and of its sources. False if
    all are empty."""

    below: dict[str, int]
    on_topics: Counter[str]
    on_sources: Counter[str]

    def __bool__(self) -> bool:
        return bool(self.below or self.on_topics or self.on_sources)


def retire_impact(row: TreeItem) -> RetireImpact:
    """What retiring this row would hide besides the row itself."""
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

"""The headings of a list as they will be after an import, for a page on which their kinds and roles are chosen."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .kind_choices import REASONS
from .plan import ImportPlan

# How many titles of its entries a heading is shown with.
_TITLES = 3


@dataclass(frozen=True)
class TreeLine:
    """A heading after the import. `place` is its place in the file, None if the file doesn't have it; `entries` counts
    those under it and below; `titles` are those of its first entries; `refusal` is a key of REASONS, or ""."""

    place: int | None
    depth: int
    level: int
    title: str
    kind: str
    role: str
    entries: int
    titles: tuple[str, ...]
    is_chosen: bool
    refusal: str

    def to_json(self) -> list:
        return [getattr(self, name) for name in self.__dataclass_fields__]

    @classmethod
    def from_json(cls, stored: list) -> "TreeLine":
        return cls(*stored)

    @property
    def refusal_text(self) -> str:
        """Why the heading hasn't the kind that was chosen."""
        return str(REASONS.get(self.refusal, self.refusal))


def tree_of(plan: ImportPlan) -> list[TreeLine]:
    """The headings that won't be retired, in list order."""
    below = plan.below()
    titles, count = defaultdict(list), defaultdict(int)
    for item in plan.entries:
        if item.will_be_listed:
            titles[item.above].append((item.row.position, item.row.title))
            count[item.above] += 1
            for heading in item.above.headings_above():
                count[heading] += 1

    def lines(above, depth: int) -> Iterator[TreeLine]:
        for item in below.get(above, []):
            if not item.will_be_listed:
                continue
            row = item.row
            first = tuple(title for _, title in sorted(titles[item])[:_TITLES])
            place = plan.place_in_file(item.node) if item.node else None
            chosen = item in plan.choices or bool(item.kept.keys() & {"kind", "role"})
            refusal = plan.refusals.get(item, "")
            yield TreeLine(place, depth, row.level, row.title, row.kind, row.role, count[item], first, chosen, refusal)
            yield from lines(item, depth + 1)

    return list(lines(None, 0))

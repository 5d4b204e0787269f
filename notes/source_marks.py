"""A shelf: sources as spines, rendered by `notes/source_marks.html`. Height shows the role, fill the reading state.

Tall spines can be the core read, short ones are other sources. A gap separates roles, a wider one topics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from notes.reading import Reading

WIDTH, STEP, BETWEEN_ROLES, BETWEEN_TOPICS = 6, 9, 4, 6
FOOT = 20
_DENSE = 1200  # the width from which a shelf is squeezed into its column, in its full height, instead of made smaller


@dataclass(frozen=True)
class Spine:
    """One source: `kind` is "tall" or "short", `state` a reading state or "", `x` its left edge."""

    kind: str
    state: str
    x: int = 1

    @property
    def top(self) -> int:
        return 2 if self.kind == "tall" else 8

    @property
    def height(self) -> int:
        return FOOT - self.top

    @property
    def half(self) -> int:
        """Half the height: the fill of a source being read."""
        return self.height // 2

    @property
    def half_top(self) -> int:
        return FOOT - self.half

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def right(self) -> int:
        return self.x + WIDTH


@dataclass(frozen=True)
class Shelf:
    """Positioned spines."""

    spines: tuple[Spine, ...]

    @classmethod
    def of(cls, sources: Iterable[tuple[str, str, str]]) -> "Shelf":
        """Returns the shelf of sources given as (kind, role, state), in the list's order."""
        spines, x, previous_role = [], 1, None
        for kind, role, state in sources:
            if previous_role not in (None, role):
                x += BETWEEN_ROLES
            spines.append(Spine(kind, state, x))
            x, previous_role = x + STEP, role
        return cls(tuple(spines))

    @classmethod
    def joined(cls, shelves: Iterable["Shelf"]) -> "Shelf":
        """Returns the shelves of several topics as one."""
        spines, x = [], 0
        for shelf in shelves:
            if shelf.spines:
                spines += [replace(spine, x=spine.x + x) for spine in shelf]
                x = spines[-1].x - 1 + STEP + BETWEEN_TOPICS
        return cls(tuple(spines))

    def __iter__(self) -> Iterator[Spine]:
        return iter(self.spines)

    def __len__(self) -> int:
        return len(self.spines)

    @property
    def is_dense(self) -> bool:
        """Whether it has so many spines that they aren't told apart, only how far one is through them."""
        return self.width > _DENSE

    @property
    def width(self) -> int:
        return self.spines[-1].right + 1 if self.spines else 1

    @property
    def read(self) -> int:
        """The number of sources read."""
        return sum(spine.state == Reading.State.READ for spine in self)

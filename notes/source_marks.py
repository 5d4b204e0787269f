"""A shelf: sources as spines, to be drawn by `notes/spines.html`. Shape says the role, fill says how far one is.

Tall is what can be a topic's core read, short what stands beside it. A gap parts roles, a wider one topics.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from notes.reading import Reading

WIDTH, STEP, BETWEEN_ROLES, BETWEEN_TOPICS = 6, 9, 4, 6
FOOT = 20

WORDS = {
    Reading.State.READ: "read",
    Reading.State.READING: "being read",
    Reading.State.SKIPPED: "skipped",
    Reading.State.WANT: "wanted",
}


@dataclass(frozen=True)
class Spine:
    """One source on the shelf: `kind` is "tall" or "short", `state` a reading's or blank, `x` its left edge."""

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
        """Half its height: how far the fill of one that is being read reaches."""
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
    """Spines in their places, and what they show in numbers and words."""

    spines: tuple[Spine, ...]

    @classmethod
    def of(cls, sources: Iterable[tuple[str, str, str]]) -> "Shelf":
        """From (kind, role, state) of each source, in the list's order."""
        placed, x, before = [], 1, None
        for kind, role, state in sources:
            if before not in (None, role):
                x += BETWEEN_ROLES
            placed.append(Spine(kind, state, x))
            x, before = x + STEP, role
        return cls(tuple(placed))

    @classmethod
    def joined(cls, shelves: Iterable["Shelf"]) -> "Shelf":
        """Several topics' shelves as one."""
        placed, x = [], 0
        for shelf in shelves:
            if shelf.spines:
                placed += [replace(spine, x=spine.x + x) for spine in shelf]
                x = placed[-1].x - 1 + STEP + BETWEEN_TOPICS
        return cls(tuple(placed))

    def __iter__(self) -> Iterator[Spine]:
        return iter(self.spines)

    def __len__(self) -> int:
        return len(self.spines)

    @property
    def width(self) -> int:
        return self.spines[-1].right + 1 if self.spines else 1

    @property
    def read(self) -> int:
        """How many have been read."""
        return sum(spine.state == Reading.State.READ for spine in self)

    @property
    def label(self) -> str:
        """The spines in words: "8 sources: 6 read, 1 being read"."""
        states = Counter(spine.state for spine in self)
        if len(self) == 1:
            return f"1 source, {WORDS.get(self.spines[0].state, 'not read')}"
        said = [_all(len(self))] if self.spines and states[Reading.State.READ] == len(self) else _counted(states)
        return f"{len(self)} sources: {', '.join(said) or 'none read'}"


def _all(count: int) -> str:
    return "both read" if count == 2 else "all read"


def _counted(states: Counter) -> Sequence[str]:
    return [f"{states[state]} {words}" for state, words in WORDS.items() if states[state]]

"""The required length of a summary, and the meter that shows it."""

from dataclasses import dataclass

MIN_LINES, MAX_LINES = 5, 10

WIDTH, MIN_TICKS, MAX_TICKS = 132, 12, 44


@dataclass(frozen=True)
class LineMeter:
    """A tick for each line, with the required range marked below. The number of ticks is limited for very long
    texts."""

    lines: int

    @property
    def ticks(self) -> list[dict]:
        """Position and state of each tick: "on" if written, "over" if written above the maximum, else "line"."""
        return [
            {
                "x": f"{index * self._pitch:g}",
                "state": "line" if index >= self.lines else "over" if index >= MAX_LINES else "on",
            }
            for index in range(self._count)
        ]

    @property
    def tick_width(self) -> str:
        return f"{self._pitch * 8 / 11:g}"

    @property
    def range(self) -> tuple[str, str]:
        """Start and end of the bracket below the ticks."""
        return f"{(MIN_LINES - 1) * self._pitch + 0.5:g}", f"{(MAX_LINES - 3 / 11) * self._pitch - 0.5:g}"

    @property
    def missing(self) -> int:
        return max(0, MIN_LINES - self.lines)

    @property
    def too_many(self) -> int:
        return max(0, self.lines - MAX_LINES)

    @property
    def required_range(self) -> str:
        """The required range as text."""
        return f"{MIN_LINES}–{MAX_LINES}"

    @property
    def _count(self) -> int:
        return max(MIN_TICKS, min(self.lines, MAX_TICKS))

    @property
    def _pitch(self) -> float:
        return WIDTH / self._count

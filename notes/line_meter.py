"""How long a summary is to be, and the meter that shows it."""

from dataclasses import dataclass

MIN_LINES, MAX_LINES = 5, 10

WIDTH, TICKS, MANY = 132, 12, 44


@dataclass(frozen=True)
class LineMeter:
    """A tick for each line, the wanted range marked under them. Very long texts show as many ticks as have room."""

    lines: int

    @property
    def ticks(self) -> list[dict]:
        """Where each tick stands, and whether a line is written for it: "on", beyond the range "over", else "line"."""
        return [
            {
                "x": f"{place * self._pitch:g}",
                "state": "line" if place >= self.lines else "over" if place >= MAX_LINES else "on",
            }
            for place in range(self._count)
        ]

    @property
    def tick_width(self) -> str:
        return f"{self._pitch * 8 / 11:g}"

    @property
    def range(self) -> tuple[str, str]:
        """Where the bracket under the ticks begins and ends."""
        return f"{(MIN_LINES - 1) * self._pitch + 0.5:g}", f"{(MAX_LINES - 3 / 11) * self._pitch - 0.5:g}"

    @property
    def missing(self) -> int:
        return max(0, MIN_LINES - self.lines)

    @property
    def too_many(self) -> int:
        return max(0, self.lines - MAX_LINES)

    @property
    def wanted(self) -> str:
        """The range in words."""
        return f"{MIN_LINES}–{MAX_LINES}"

    @property
    def _count(self) -> int:
        return max(TICKS, min(self.lines, MANY))

    @property
    def _pitch(self) -> float:
        return WIDTH / self._count

"""How the people of the simulation live: when they write, when they fall silent, how long a review takes them.

The same for every rule: a group's life is drawn once, from a seed. Times are days since the year began.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import inf, log
from random import Random

YEAR = 365.0
# What comes at the year's end has not had its time yet, and is not counted.
COUNTED_UNTIL = YEAR - 60

WRITES_EVERY = 14.0
# Of a person's time a fifth is silence: some weeks after months. Who falls silent seldom says so.
TALKS, IS_SILENT, SAYS_SO = 16 * 7.0, 4 * 7.0, 0.3
# edx-ora2#1994: a review is begun after 5 hours, and done after 3 days (medians).
BEGINS, FINISHES = (5 / 24, 1.0), (3.0, 0.7)
# Between the two a reviewer sits down to it now and then, and looks in now and then without being told.
SITS_DOWN_EVERY, LOOKS_IN_EVERY = 1.5, 4.0
# Nobody has more reviews in the works, whatever the rule.
AT_ONCE = 2
# An author revises in the time in which a reviewer reviews. Half of the first reviews ask for it, later ones seldom.
APPROVES_FIRST, APPROVES_LATER = 0.5, 0.8


@dataclass(frozen=True)
class Silence:
    begins: float
    ends: float
    away: bool  # and said so, by the away switch


@dataclass(frozen=True)
class Text:
    """One person's summary: `due` is the day it was meant to be ready, `ready` the day it was."""

    author: int
    due: float
    ready: float


@dataclass
class Life:
    """A group of so many people, for a year."""

    size: int
    seed: int
    silences: list[list[Silence]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def __post_init__(self) -> None:
        random = Random(f"{self.size} {self.seed}")
        for member in range(self.size):
            self.silences.append(list(self._silences(random)))
            self.texts += self._texts(random, member)
        self.texts.sort(key=lambda text: text.ready)

    def _silences(self, random: Random):
        day = random.uniform(0, TALKS)
        while day < YEAR:
            lasts = random.uniform(0.5, 1.5) * IS_SILENT
            yield Silence(day, day + lasts, random.random() < SAYS_SO)
            day += lasts + random.uniform(0.5, 1.5) * TALKS

    def _texts(self, random: Random, member: int):
        """One for every fortnight, most of them in time; who is silent until long after it was due writes none."""
        due = WRITES_EVERY
        while due < YEAR:
            ready = self.back(member, due + random.gauss(-4, 4))
            if ready < due + WRITES_EVERY / 2:
                yield Text(member, due, max(0.0, ready))
            due += WRITES_EVERY

    def silence(self, member: int, day: float) -> Silence | None:
        return next((each for each in self.silences[member] if each.begins <= day < each.ends), None)

    def back(self, member: int, day: float) -> float:
        """That day, or the end of the silence that it falls into."""
        silence = self.silence(member, day)
        return silence.ends if silence else day

    def after(self, member: int, day: float, lasts: float) -> float:
        """When something is done that takes a person so long: while they are silent it rests."""
        for each in self.silences[member]:
            if day <= each.begins < day + lasts:
                lasts += each.ends - each.begins
        return self.back(member, day + lasts)


class Days:
    """What is to happen on which day, in order; and the dice for it."""

    def __init__(self, life: Life, rule: str) -> None:
        self.life, self.random, self.now = life, Random(f"{rule} {life.size} {life.seed}"), 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = count()
        self._looks: dict[int, float] = {}

    def at(self, day: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (day, next(self._count), act))

    def pass_by(self) -> None:
        """Let the year pass."""
        while self._heap and self._heap[0][0] < YEAR:
            self.now, _, act = heapq.heappop(self._heap)
            act()

    def draw(self, times: tuple[float, float]) -> float:
        """A time of a log-normal distribution, of which the median is known."""
        median, spread = times
        return self.random.lognormvariate(log(median), spread)

    def tell(self, member: int, look: Callable[[int], None]) -> None:
        """Something waits: they look at it when they begin; who is about to look anyhow is told nothing new."""
        self._look_on(self.life.after(member, self.now, self.draw(BEGINS)), member, look)

    def look_in(self, member: int, look: Callable[[int], None]) -> None:
        """Sooner or later they look without being told."""
        wait = self.random.expovariate(1 / LOOKS_IN_EVERY)
        self._look_on(self.life.after(member, self.now, wait), member, look)

    def _look_on(self, day: float, member: int, look: Callable[[int], None]) -> None:
        if self._looks.get(member, YEAR) <= day:
            return
        self._looks[member] = day

        def looks() -> None:
            if self._looks.get(member) == day:
                del self._looks[member]
                look(member)
                self.look_in(member, look)

        self.at(day, looks)

    def sit_down(self, member: int) -> tuple[list[float], float]:
        """A review is begun now: when they sit down to it again, and when it is done."""
        done = self.life.after(member, self.now, self.draw(FINISHES))
        sittings, day = [], self.now
        while (day := day + self.random.expovariate(1 / SITS_DOWN_EVERY)) < done:
            if not self.life.silence(member, day):
                sittings.append(day)
        return sittings, done


@dataclass
class Outcome:
    """What a rule made of a group's year."""

    texts: int = 0
    first: list[float] = field(default_factory=list)  # days until somebody had reviewed it
    reviewed: list[float] = field(default_factory=list)  # days until it had all reviews that the rule asks for
    accepted: list[float] = field(default_factory=list)  # days until acceptance, for the rule that knows it
    given: list[int] = field(default_factory=list)  # by each member

    def count(self, text: Text, reviews: list[float], needed: float, accepted: float = inf) -> None:
        """Take a text into account: the days of its reviews, the day on which it had all, the day of acceptance."""
        if text.ready >= COUNTED_UNTIL:
            return
        self.texts += 1
        if reviews:
            self.first.append(min(reviews) - text.ready)
        if needed <= YEAR:
            self.reviewed.append(needed - text.ready)
        if accepted <= YEAR:
            self.accepted.append(accepted - text.ready)

"""ORA's rule and Moodle Workshop's, as small models of their own: what `FIELD.md` read off them, and nothing more.

What that leaves open each of them says.
"""

from dataclasses import dataclass, field
from math import inf

from tests.bench.life import AT_ONCE, BEGINS, WRITES_EVERY, YEAR, Days, Life, Outcome, Text

MUST_GIVE, MUST_GET, LEASE = 5, 3, 8 / 24
# Flexible grading: after seven days 30 % of what is required will do.
PATIENCE, FLEXIBLE_GET = 7.0, 1
# What a teacher sets in Moodle: here as many as Readlist asks for.
ALLOTTED = 2


@dataclass
class Submitted:
    text: Text
    leases: dict[int, float] = field(default_factory=dict)  # until when, by reviewer
    reviews: dict[int, float] = field(default_factory=dict)  # when, by reviewer


class Ora:
    """Pull the oldest that lacks a review, one for each lease of eight hours.

    In its favour: all topics are one pool (in ORA each is its own, and only who submitted on it reviews it); what comes
    after its lease counts, too; and a text is done when it has its three reviews, though its author give no five."""

    def __init__(self, life: Life, *, flexible: bool = False) -> None:
        self.life, self.flexible, self.days = life, flexible, Days(life, "ORA")
        self.pool: list[Submitted] = []
        self.working = [0] * life.size
        self.given = [0] * life.size
        self.wrote = [0] * life.size

    def outcome(self) -> Outcome:
        for text in self.life.texts:
            self.days.at(text.ready, lambda text=text: self._submit(text))
        for member in range(self.life.size):
            self.days.look_in(member, self._look)
        self.days.pass_by()
        outcome = Outcome(given=self.given)
        for each in self.pool:
            reviews = sorted(each.reviews.values())
            outcome.count(each.text, reviews, self._needed(each, reviews))
        return outcome

    def _needed(self, each: Submitted, reviews: list[float]) -> float:
        needed = reviews[MUST_GET - 1] if len(reviews) >= MUST_GET else inf
        if self.flexible and len(reviews) >= FLEXIBLE_GET:
            needed = min(needed, max(each.text.ready + PATIENCE, reviews[FLEXIBLE_GET - 1]))
        return needed

    def _submit(self, text: Text) -> None:
        self.pool.append(Submitted(text))
        self.wrote[text.author] += 1
        for member in range(self.life.size):
            self.days.tell(member, self._look)

    def _look(self, member: int) -> None:
        now = self.days.now
        holds = any(each.leases.get(member, 0) > now and member not in each.reviews for each in self.pool)
        if holds or self.working[member] >= AT_ONCE or not self.wrote[member]:
            return
        mine = [each for each in self.pool if each.text.author != member and member not in each.reviews]
        lacking = [each for each in mine if len(each.reviews) + self._leased(each, now) < MUST_GET]
        chosen = lacking[0] if lacking else None
        if chosen is None and mine and self.given[member] < MUST_GIVE * self.wrote[member]:
            chosen = self.days.random.choice(mine)  # "over-grading": to give one's five
        if chosen:
            chosen.leases[member] = now + LEASE
            self.working[member] += 1
            _, done = self.days.sit_down(member)
            self.days.at(done, lambda: self._finish(member, chosen))

    def _leased(self, each: Submitted, now: float) -> int:
        return sum(until > now for reviewer, until in each.leases.items() if reviewer not in each.reviews)

    def _finish(self, member: int, each: Submitted) -> None:
        each.reviews[member] = self.days.now
        self.working[member] -= 1
        self.given[member] += 1
        self.days.tell(member, self._look)


class Workshop:
    """At a deadline every text gets its reviewers, the least loaded first; what comes later gets none. Reviews are
    given until the next deadline.

    In its favour: every member reviews, whether they submitted or not, and in as much time as they write in."""

    def __init__(self, life: Life) -> None:
        self.life, self.days = life, Days(life, "Workshop")
        self.given = [0] * life.size
        self.reviews: dict[Text, list[float]] = {text: [] for text in life.texts}
        self.allotted: dict[Text, int] = {}

    def outcome(self) -> Outcome:
        deadline = WRITES_EVERY
        while deadline < YEAR:
            self.days.at(deadline, lambda deadline=deadline: self._allot(deadline))
            deadline += WRITES_EVERY
        self.days.pass_by()
        outcome = Outcome(given=self.given)
        for text, reviews in self.reviews.items():
            enough = self.allotted.get(text) == len(reviews)
            outcome.count(text, reviews, max(reviews) if enough else inf)
        return outcome

    def _allot(self, deadline: float) -> None:
        load = [0] * self.life.size
        for text in self.life.texts:
            if text.due != deadline or text.ready > deadline:
                continue
            others = [member for member in range(self.life.size) if member != text.author]
            others.sort(key=lambda member: (load[member], self.days.random.random()))
            self.allotted[text] = len(others[:ALLOTTED])
            for member in others[:ALLOTTED]:
                load[member] += 1
                self._review(member, text, deadline + WRITES_EVERY)

    def _review(self, member: int, text: Text, closes: float) -> None:
        begins = self.life.after(member, self.days.now, self.days.draw(BEGINS))

        def begin() -> None:
            _, done = self.days.sit_down(member)
            if done < closes:
                self.days.at(done, finish)

        def finish() -> None:
            self.given[member] += 1
            self.reviews[text].append(self.days.now)

        self.days.at(begins, begin)

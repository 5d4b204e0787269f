"""How many requests of this process render texts, compare them or write exports at the same time.

A request that does so holds its thread for up to seconds. Each person has one such request in work and two that wait
for it, as when a form is sent by a double click while the text in it is previewed; what comes above that is refused at
once, so that nobody holds more than three threads, and one thread is always left for what costs nothing. Passwords are
looked at in the same way: see `base/accounts/sign_in_limits.py`."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from django.utils import timezone

from readlist_site.base.rate_limits.limit import Limit, LimitReached

# One less than gunicorn_conf.py has threads.
MOST = 7
MOST_OF_ONE = 3
# Seconds that a request waits for its person's other ones.
PATIENCE = 3.0


class CostlyWork:
    """Counts the costly requests of one process, by person or network: `most` in all, `most_of_one` of each, those that
    wait included. `above` is the limit that a refusal names where one has too many."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE, above: str = "at_once") -> None:
        self._most, self._most_of_one, self._above = most, most_of_one, above
        self._condition = Condition()
        self._held: Counter[str] = Counter()
        self._working: set[str] = set()

    def enter(self, who: str, patience: float = PATIENCE) -> None:
        """Take a place for this person or network, and wait while another request of theirs is processed, for
        `patience` seconds at most. Raises LimitReached (`above` or "busy") if there is none; otherwise call
        `leave`."""
        with self._condition:
            if self._held[who] >= self._most_of_one:
                raise LimitReached(_limit(self._above, who))
            if self._held.total() >= self._most:
                raise LimitReached(_limit("busy", who))
            self._held[who] += 1
            if not self._condition.wait_for(lambda: who not in self._working, patience):
                self._give_up(who)
                raise LimitReached(_limit(self._above, who))
            self._working.add(who)

    def leave(self, who: str) -> None:
        """Return the place."""
        with self._condition:
            self._working.discard(who)
            self._give_up(who)
            self._condition.notify_all()

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """Has a place while the block runs. Raises LimitReached as `enter` does."""
        self.enter(who)
        try:
            yield
        finally:
            self.leave(who)

    def _give_up(self, who: str) -> None:
        self._held[who] -= 1
        if not self._held[who]:
            del self._held[who]


def _limit(name: str, who: str) -> Limit:
    """The limit that a refusal names: it ends in a second."""
    return Limit(name, who, most=1, seconds=1, starts_at=timezone.now())

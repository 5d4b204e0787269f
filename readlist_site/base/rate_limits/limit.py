"""Limits on how often, or how much, in a window of time. The setting RATE_LIMITS names them all."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Self

from django.conf import settings
from django.utils import timezone

from .counter import Counter


class LimitReached(Exception):
    """The limit is reached. `limit.ends_at` says when the next window begins; `is_first`, whether this is the first
    attempt above it."""

    def __init__(self, limit: "Limit", *, is_first: bool = False) -> None:
        super().__init__(limit.name)
        self.limit, self.is_first = limit, is_first

    @property
    def retry_after(self) -> int:
        """Whole seconds until the next window, at least one."""
        return max(1, ceil((self.limit.ends_at - timezone.now()).total_seconds()))


@dataclass(frozen=True)
class Limit:
    """One limit for `who`, in the present window: `most` times, or seconds of work, in `seconds`.

    Windows begin at multiples of their length since 1970, for everybody at once: a row per window needs no clean-up
    to be right."""

    name: str
    who: str
    most: float
    seconds: int
    starts_at: datetime

    @classmethod
    def of(cls, name: str, who: str) -> Self:
        """Returns the limit of this name, one of the setting RATE_LIMITS."""
        most, seconds = settings.RATE_LIMITS[name]
        now = int(timezone.now().timestamp())
        return cls(name, who, most, seconds, datetime.fromtimestamp(now - now % seconds, UTC))

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(seconds=self.seconds)

    @property
    def key(self) -> str:
        return f"{self.name}:{self.who}"

    def take(self) -> None:
        """Counts once. Raises LimitReached, and stays counted, if that is more than `most`."""
        amount = self.add(1)
        if amount > self.most:
            raise LimitReached(self, is_first=amount <= self.most + 1)

    def give_back(self) -> None:
        """Undoes one `take`, since what was counted didn't happen."""
        self.add(-1)

    def add(self, amount: float) -> float:
        """Counts without a limit; returns what has been counted in this window. A power cut may take the last ones
        back: the disk isn't waited for."""
        return Counter.objects.add(
            self.key, amount, window_start=self.starts_at, expires_at=self.ends_at, waits_for_disk=False
        )

    def check(self) -> None:
        """Raises LimitReached if `most` is used up. Counts nothing."""
        if Counter.objects.amount_of(self.key, self.starts_at) >= self.most:
            raise LimitReached(self)


def person_key(person) -> str:
    """Returns the `who` of limits per person."""
    return f"person-{person.pk}"


def secret_key_of(text: str) -> str:
    """Returns a `who` of fixed length that doesn't reveal the text, such as an address that was typed."""
    return sha256(text.encode()).hexdigest()

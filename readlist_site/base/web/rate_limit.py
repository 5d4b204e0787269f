"""How often one person may ask for what costs the server time."""

import time

from django.core.cache import cache

MINUTE = 60


def is_rate_limited(person, action: str, *, limit: int) -> bool:
    """Whether this person has done it `limit` times within this minute; if not, counts once more.

    Two requests at the same moment may count as one: this spares the server, and guards nothing."""
    key = f"often:{action}:{person.pk}:{int(time.time() // MINUTE)}"
    times = cache.get(key, 0)
    if times >= limit:
        return True
    cache.set(key, times + 1, 2 * MINUTE)
    return False

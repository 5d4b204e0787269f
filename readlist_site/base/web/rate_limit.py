"""Rate limits per person and action, for requests that are expensive for the server."""

import time

from django.core.cache import cache

MINUTE = 60


def is_rate_limited(person, action: str, *, limit: int) -> bool:
    """Returns whether this person has done the action `limit` times in the current minute; if not, counts it.

    The count isn't atomic: two simultaneous requests may count as one. It protects server time, not security."""
    key = f"often:{action}:{person.pk}:{int(time.time() // MINUTE)}"
    times = cache.get(key, 0)
    if times >= limit:
        return True
    cache.set(key, times + 1, 2 * MINUTE)
    return False

"""How often one person may ask for what costs the server time."""

import time

from django.core.cache import cache

MINUTE = 60


def too_often(person, doing: str, *, most: int) -> bool:
    """Whether this person has done it `most` times within this minute; if not, counts once more.

    Two requests at the same moment may count as one: this spares the server, and guards nothing."""
    key = f"often:{doing}:{person.pk}:{int(time.time() // MINUTE)}"
    times = cache.get(key, 0)
    if times >= most:
        return True
    cache.set(key, times + 1, 2 * MINUTE)
    return False

"""How long the trials are that go on for as long as one lets them.

READLIST_TEST_LENGTH=full, which `make soak` sets, plays each of them at full length. Otherwise the same code runs with
fewer examples, processes or repetitions. All such figures stand here.
"""

import os
from collections.abc import Sequence

from tests.engines import FULL, engine

_ON_SQLITE = engine() == "sqlite"

# tests/groups/reviews/test_stateful.py: how many groups live their life, and how many things happen in each.
STATEFUL_EXAMPLES = int(os.environ.get("READLIST_TEST_EXAMPLES") or (60 if FULL else 1))
STATEFUL_STEPS = 60 if FULL else 30 if _ON_SQLITE else 20
# tests/groups/threads/test_talk.py: how many groups talk, and how many things happen in each.
TALK_EXAMPLES, TALK_STEPS = (100, 60) if FULL else (3, 30)
# tests/groups/reviews/test_race_processes.py: how many people press at once, and how often.
RACE_PEOPLE = 16
RACE_TIMES = 50 if FULL else 2
# tests/catalog/markdown/test_round_trip.py: how many lists are made up; of how many a database takes part.
ROUND_TRIP_EXAMPLES, IMPORT_EXAMPLES = (150, 15) if FULL else (50, 5)
# tests/catalog/imports/test_list_shapes.py: how many files are made up.
SHAPE_EXAMPLES = 2000 if FULL else 150
# tests/run/backup: how many people write during a backup.
BACKUP_WRITERS = 8 if FULL else 2
# tests/soak/test_hostile.py: how many requests.
HOSTILE_REQUESTS = int(os.environ.get("READLIST_TEST_REQUESTS") or 100_000)
# tests/soak/test_demanding.py: how often is measured, and for how many seconds.
DEMANDING_ROUNDS = int(os.environ.get("READLIST_TEST_ROUNDS") or 6)
DEMANDING_SECONDS = 20.0

# tests/browser: with scripts always, without them where no other journey stands for it; on a desk or a phone, or both.
SCRIPTS = [True, False] if FULL else [True]
WIDTHS = [390, 1440]
# tests/browser/test_day_of_talk.py: all on a desk, then all on a phone; or both by turns.
DAYS = [[1440], [390]] if FULL else [[1440, 390]]
THEMES = ["light", "dark"]


def some(things: Sequence, place: int, *, of: int = 3) -> Sequence:
    """All of these things at full length; else one of three, another third for the next place."""
    return things if FULL else things[place % of :: of]

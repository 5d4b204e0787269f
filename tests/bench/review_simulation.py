"""Whose rule gets texts reviewed: a year of study groups, under ours and under two others.

`python tests/bench/review_simulation.py` (some minutes; `--groups 1` for less, `--seed` for other lives). Prints a
table for each size of group; fails on nothing. The people are those of `life.py`, the same under every rule; ours is
the product's own code (`ours.py`), the other two are models of what ORA and Moodle's Workshop do (`others.py`).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from math import ceil, inf
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "DATABASE_URL": "sqlite://:memory:",
    "READLIST_SECRET_KEY": "only-for-a-simulation-" + "0123456789" * 4,
}

from tests.bench.life import Life, Outcome  # noqa: E402

# So many groups of each size: the fewer people, the more groups.
SIZES = {2: 6, 3: 4, 5: 2, 8: 1, 12: 1}
RULES = ("Readlist", "ORA", "ORA, flexible", "Workshop")
HEAD = (
    f"{'':16}{'texts':>6}{'a review':>10}{'all of them':>13}{'days to all reviews':>21}{'days to acceptance':>20}"
    f"{'reviews a year':>16}\n{'':16}{'':6}{'in 7 days':>10}{'in 7 days':>13}"
    f"{'median':>12}{'95th':>9}{'median':>11}{'95th':>9}{'least':>9}{'most':>7}"
)


def row(name: str, outcomes: Sequence[Outcome]) -> str:
    """One rule's line of the table."""
    texts = sum(each.texts for each in outcomes)
    first, reviewed, accepted = (
        [day for each in outcomes for day in getattr(each, column)] for column in ("first", "reviewed", "accepted")
    )
    least = sum(min(each.given) for each in outcomes) / len(outcomes)
    most = sum(max(each.given) for each in outcomes) / len(outcomes)
    yes = [at(accepted, texts, part) if accepted else "–" for part in (0.5, 0.95)]
    return (
        f"{name:16}{texts:6}{within_a_week(first, texts):>10}{within_a_week(reviewed, texts):>13}"
        f"{at(reviewed, texts, 0.5):>12}{at(reviewed, texts, 0.95):>9}{yes[0]:>11}{yes[1]:>9}{least:>9.0f}{most:>7.0f}"
    )


def within_a_week(days: list[float], texts: int) -> str:
    return f"{sum(each < 7 for each in days) / texts:.0%}"


def at(days: list[float], texts: int, part: float) -> str:
    """The day on which that part of all texts had come so far; "never" if it had not by the end of the year."""
    every = sorted(days) + [inf] * (texts - len(days))
    day = every[ceil(part * texts) - 1]
    return "never" if day == inf else f"{day:.1f}"


def prepare() -> None:
    """A database in this process's memory."""
    import django

    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def outcomes_of(life: Life) -> list[Outcome]:
    """What each rule makes of one group's year."""
    from tests.bench.others import Ora, Workshop
    from tests.bench.ours import Readlist

    rules = (Readlist(life), Ora(life), Ora(life, flexible=True), Workshop(life))
    return [rule.outcome() for rule in rules]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--groups", type=int, help="so many groups of each size")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    start = perf_counter()
    lives = {
        size: [Life(size, chosen.seed * 1000 + place) for place in range(chosen.groups or groups)]
        for size, groups in SIZES.items()
    }
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=prepare) as processes:
        # The longest first, so that they don't come last and alone.
        years = {size: processes.map(outcomes_of, lives[size]) for size in sorted(SIZES, reverse=True)}
        for size in SIZES:
            print(f"\nGroups of {size} ({len(lives[size])} of them)\n{HEAD}")  # noqa: T201
            for name, outcomes in zip(RULES, zip(*years[size], strict=True), strict=True):
                print(row(name, outcomes), flush=True)  # noqa: T201
    print(f"\n{perf_counter() - start:.0f} seconds")  # noqa: T201

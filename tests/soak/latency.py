"""How long people wait for their pages, alone and beside somebody who asks for too much."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from threading import Thread

from django.conf import settings

from tests.length import DEMANDING_ROUNDS, DEMANDING_SECONDS
from tests.soak.person import TEXT, Person

THINKING = 0.6  # seconds between two requests of one person


def waits(people: list[Person], seconds: float) -> list[float]:
    """The seconds that each request of these people takes, who work at the same time."""
    found: list[float] = []
    wrong: list[str] = []

    def work(person: Person) -> None:
        until, chance = time.monotonic() + seconds, random.Random(person.number)
        acts: list[Callable] = [
            *(lambda path=path: person.get(path) for path in person.pages),
            lambda: person.autosave([TEXT, TEXT * 2, f"{chance.random()}"]),
            lambda: person.preview(TEXT),
        ]
        while time.monotonic() < until:
            for act in acts:
                time.sleep(THINKING * chance.uniform(0.5, 1.5))
                began = time.monotonic()
                answer = act()
                found.append(time.monotonic() - began)
                if answer.status >= 400 or answer.status in (301, 302):
                    wrong.append(f"{answer.status}: {answer.body[:200]}")

    threads = [Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]
    return found


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


@contextmanager
def beside(command: str, *arguments: str) -> Iterator[None]:
    """While a process of its own does what `tests.soak.demanding` calls by this name."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.demanding", command, *arguments],
        cwd=settings.BASE_DIR,
        # Who demands it sits elsewhere, and takes no processor time of this machine.
        preexec_fn=lambda: os.nice(19),
    )
    try:
        time.sleep(1)
        yield
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def compare(people: list[Person], command: str, *arguments: str) -> tuple[float, float]:
    """The 95th percentile of what others wait, without it and beside it, measured in turns. Prints them."""
    waits(people, 1)  # so that everything is loaded
    alone, beside_it, factors = [], [], []
    for _ in range(DEMANDING_ROUNDS):
        one = waits(people, DEMANDING_SECONDS)
        with beside(command, *arguments):
            two = waits(people, DEMANDING_SECONDS)
        alone, beside_it = alone + one, beside_it + two
        factors.append(p95(two) / p95(one))
    without, with_it = p95(alone), p95(beside_it)
    print(  # noqa: T201
        f"{command}: 95% of {len(alone)} and {len(beside_it)} requests within {without * 1000:.0f} ms alone, "
        f"{with_it * 1000:.0f} ms beside it; median {median(alone) * 1000:.0f} and {median(beside_it) * 1000:.0f} ms; "
        f"factors of the rounds {', '.join(f'{factor:.2f}' for factor in factors)}"
    )
    return without, with_it

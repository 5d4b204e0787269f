"""People who write and read all the time, send again what wasn't answered, and know what was acknowledged."""

import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from threading import Event, Lock, Thread

from tests.length import FULL
from tests.soak.person import Person, Unanswered
from tests.soak.site import Site

NUMBER = 8 if FULL else 3
PAUSE = 0.1 if FULL else 0.3
PATIENCE = 60  # seconds until what is sent again and again must have been answered


class Writers:
    """They work while this is entered: those of the world's people who have these numbers."""

    def __init__(self, site: Site, address: str, numbers: Iterable[int] = range(1, NUMBER + 1)) -> None:
        self.site, self.run = site, uuid.uuid4().hex[:8]
        self.people = [Person(address, site.world, number, timeout=20) for number in numbers]
        self.acknowledged: set[str] = set()
        self.sent_again, self.reads, self.failed_reads, self.failed_writes = 0, 0, [], []
        self._lock, self._stop = Lock(), Event()
        self._threads = [Thread(target=self._work, args=[person]) for person in self.people]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, person: Person) -> None:
        chance, number = random.Random(person.number), 0
        while not self._stop.is_set():
            if number < 55:  # what a person may post in an hour is counted elsewhere
                number += 1
                self._write(person, f"Post {number} of {person.number} in {self.run}.")
            for path in person.pages[1:3]:
                time.sleep(PAUSE * chance.uniform(0.5, 1.5))
                self._read(person, path)

    def _write(self, person: Person, text: str) -> None:
        key, until = uuid.uuid4(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = person.reply(text, key)
            except Unanswered as error:
                why = str(error)
            else:
                if answer.status == 302:
                    with self._lock:
                        self.acknowledged.add(text)
                    return
                why = f"{answer.status}: {answer.body[:80]}"
            with self._lock:
                self.sent_again += 1
                self.failed_writes.append(why)
            time.sleep(0.3)
        raise AssertionError(f"It was never answered: {why}")

    def _read(self, person: Person, path: str) -> None:
        try:
            answer = person.get(path)
            why = "" if answer.status == 200 else f"{answer.status}: {answer.body[:80]}"
        except Unanswered as error:
            why = str(error)
        with self._lock:
            self.reads += 1
            if why:
                self.failed_reads.append(f"{path} {why}")

    def check(self) -> None:
        """Whatever was acknowledged is there once, and nothing is there twice."""
        code = (
            "import json; from groups.threads.post import Post; "
            f"print(json.dumps(list(Post.objects.filter(body__contains='{self.run}').values_list('body', flat=True))))"
        )
        stored = Counter(json.loads(self.site.shell(code)))
        lost = self.acknowledged - set(stored)
        doubled = {text for text, times in stored.items() if times > 1}
        assert self.acknowledged
        assert (lost, doubled) == (set(), set())

    def report(self, what: str) -> None:
        print(  # noqa: T201
            f"{what}: {len(self.acknowledged)} acknowledged writes, {self.sent_again} sent again, "
            f"{len(self.failed_reads)} of {self.reads} reads failed; {self.failed_reads[:5]} {self.failed_writes[:5]}"
        )

"""What the unread counts of 50 members cost: `python -m tests.bench.talk --posts 100000 --engines postgresql`.

One group of 50 has all posts, in threads of 100. Its members have read everything, nothing, or all but a few, and have
marked old threads as unread. Each opens home; of the statements that it takes, and of those among them that count what
is unread, it prints how many there are and how long the database takes: the least of several times, of the median
member and of the slowest. Fails on nothing. The goal: 3 statements and 10 ms for the counts."""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django

from .pages import instance, run
from .seed import World

MEMBERS, THREAD, TIMES = 50, 100, 5
# What a statement that counts unread posts asks for, and no other one of home.
COUNTS = "AS counted) FROM groups_membership member"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    print(f"{'':12}{'':20}{'statements':>12}{'median ms':>12}{'slowest ms':>12}")  # noqa: T201
    for engine in asked.engines:
        with (
            tempfile.TemporaryDirectory(prefix="readlist-bench-", ignore_cleanup_errors=True) as folder,
            instance(engine, Path(folder)) as (environment, _),
        ):
            found = json.loads(run(environment, "-m", "tests.bench.talk", "measure", str(asked.posts)).splitlines()[-1])
        for what, (statements, median, slowest) in found.items():
            print(f"{engine:12}{what:20}{statements:>12}{median:>12.2f}{slowest:>12.2f}", flush=True)  # noqa: T201


def measure(posts: int) -> dict[str, tuple[int, float, float]]:
    """Fill the empty database of the settings and return, for unread counts and for all of home: the statements, and
    the milliseconds of the median member and of the slowest."""
    django.setup()
    from django.core.management import call_command

    from tests.migrated import quick_states

    with quick_states():
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    talk = Talk(posts)
    talk.fill()
    talk._analyse()
    opened = [_home_of(person) for person in talk.members]
    return {
        name: (
            max(each[name][0] for each in opened),
            statistics.median(each[name][1] for each in opened),
            max(each[name][1] for each in opened),
        )
        for name in ("unread counts", "home")
    }


class Talk(World):
    """One large group."""

    def fill(self) -> None:
        from catalog.lists.reading_list import ReadingList
        from groups.members.group import Group
        from groups.members.membership import Membership
        from groups.threads.thread import Thread
        from tests.house.demo import import_shipped_list

        import_shipped_list()
        self.members = self._people()[:MEMBERS]
        group = Group.objects.create(name="All", list=ReadingList.objects.default(), owner=self.members[0])
        Membership.objects.bulk_create([Membership(group=group, person=person) for person in self.members])
        self.people = {group.pk: self.members}
        threads = Thread.objects.bulk_create(
            [
                Thread(group=group, title=f"Thread {place}", opened_by=self.members[place % MEMBERS])
                for place in range(self.posts // THREAD)
            ]
        )
        self._write_posts([(thread, THREAD) for thread in threads])
        self._read(group)

    def _read(self, group) -> None:
        from groups.members.membership import Membership
        from groups.threads.read_position import ReadPosition

        newest = group.newest_post_key
        memberships = list(group.memberships.order_by("pk"))
        for place, each in enumerate(memberships):
            each.read_to = 0 if place % 10 == 9 else newest - 7 * (place % 10)
        Membership.objects.bulk_update(memberships, ["read_to"])
        old = list(group.threads.order_by("latest_id"))
        marked = [
            (each, old[(5 * place + number) % len(old)])
            for place, each in enumerate(memberships)
            for number in range(min(place % 5, len(old)))
        ]
        ReadPosition.objects.bulk_create(
            [ReadPosition(membership=each, thread=thread, read_to=thread.latest_id - 3) for each, thread in marked]
        )


def _home_of(person) -> dict[str, tuple[int, float]]:
    """Return, for unread counts and for all of home: how many statements there are, and the least milliseconds."""
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    took: list[tuple[str, float]] = []

    def timed(execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took.append((sql, time.perf_counter() - begun))

    client.get("/")
    found: dict[str, tuple[int, float]] = {}
    for _ in range(TIMES):
        took.clear()
        with connection.execute_wrapper(timed):
            assert client.get("/").status_code == 200
        for name, mark in (("unread counts", COUNTS), ("home", "")):
            times = [seconds for sql, seconds in took if mark in sql]
            least = min(found[name][1] if name in found else float("inf"), 1000 * sum(times))
            found[name] = len(times), least
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))  # noqa: T201
    else:
        main()

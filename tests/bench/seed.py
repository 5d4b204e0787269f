"""Fills an empty database for tests/bench/pages.py: `python -m tests.bench.seed 10000` prints, as JSON, which addresses
to measure, as whom, and how many statements each takes.

The measured group is the same whatever the number of posts: 12 members, 40 threads, one of them of 50 posts. A quiet
group has a fifth of all posts, all of them older, in one long thread and many others. The rest are groups of others."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta

import django

SMALL_THREADS, SHOWN_POSTS = 40, 50
OTHERS, LONGEST = 1_000, 5_000
BODIES = [
    "Does the *reference policy* still matter once $\\beta$ is below 0.01? We saw the KL term vanish after 200 steps.",
    "> Which batch size?\n\n512 prompts, 8 samples each. The ablation in section 4.2 says that **more samples** help.",
    "```python\nloss = -F.logsigmoid(beta * (chosen - rejected)).mean()\n```\n\nThat is all, see `train.py`.",
    "1. Length bias goes first.\n2. Then the reward saturates.\n3. Then it *collapses*.\n\nSo we stop at the second.",
    "I read it differently: $\\mathbb{E}[r] - \\beta\\,\\mathrm{KL}$ is optimised, whatever the text says.",
    "Agreed. Let me add that the practitioner's post reports the same on a 7B model, with half of the data.",
]


def main(posts: int) -> None:
    django.setup()
    from django.core.management import call_command

    from tests.migrated import quick_states

    with quick_states():
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(json.dumps(World(posts).make()))  # noqa: T201


class World:
    def __init__(self, posts: int) -> None:
        from django.utils import timezone

        self.posts, self.now, self.keys = posts, timezone.now(), iter(range(1, 10**9))

    def make(self) -> dict:
        """Write everything, also for the floor, and return what to measure."""
        self.fill()
        subprocess.run([sys.executable, "-m", "tests.bench.fill_floor"], check=True)
        self._analyse()
        return self._addresses()

    def fill(self) -> None:
        """Write the rows of the product."""
        from catalog.lists.reading_list import ReadingList
        from tests.house.demo import import_shipped_list

        import_shipped_list()
        self.list = ReadingList.objects.default()
        self.mira, self.quinn, *crowd = self._people()
        self.group, self.quiet, *others = self._groups([self.mira, *crowd[:11]], [self.quinn, *crowd[11:22]], crowd)
        self._study()
        self.hundred = self._hundred_sources()
        self.shown, self.longest = self._threads(others)
        self._read()
        self._notify()

    def _people(self) -> list:
        from readlist_site.base.accounts.models import User

        number = 40 + self.posts // 500
        names = ["Mira Sandoval", "Quinn Abara", *(f"Reader {place} of All" for place in range(number))]
        return User.objects.bulk_create(
            [
                User(email=f"bench-{place}@example.org", display_name=name, password="!" + "x" * 86)
                for place, name in enumerate(names)
            ],
            batch_size=500,
        )

    def _groups(self, first: list, second: list, crowd: list) -> list:
        from groups.members.group import Group
        from groups.members.membership import Membership

        number = max(8, self.posts // OTHERS)
        people = [first, second]
        people += [[crowd[(place * 5 + seat) % len(crowd)] for seat in range(8)] for place in range(number)]
        groups = Group.objects.bulk_create(
            [
                Group(name=f"Group {place}", list=self.list, owner=members[0], created_at=self.now)
                for place, members in enumerate(people)
            ],
            batch_size=500,
        )
        memberships = [
            Membership(group=group, person=person)
            for group, members in zip(groups, people, strict=True)
            for person in members
        ]
        Membership.objects.bulk_create(memberships, batch_size=500)
        self.people = dict(zip((group.pk for group in groups), people, strict=True))
        return groups

    def _study(self) -> None:
        """In the measured group 90 summaries, 54 of them accepted; in each other four, in various states."""
        from groups.reviews.review_round import ReviewRound
        from groups.reviews.submission import Submission
        from notes.reading import Reading
        from notes.summary import Summary
        from tests.house.busy import review, revise

        topics = list(self.list.sections.topics())
        pairs, groups = [], []
        taken: set[tuple[int, int]] = set()
        for group, people in self.people.items():
            for place in range(90 if group == self.group.pk else 4):
                author, topic = people[place % len(people)], topics[(place * 7 + place // 12) % len(topics)]
                if (author.pk, topic.pk) not in taken:
                    taken.add((author.pk, topic.pk))
                    pairs.append((author, topic))
                    groups.append(group)
        summaries = Summary.objects.bulk_create(
            [Summary(author=author, topic=topic) for author, topic in pairs], batch_size=500
        )
        revisions = revise(summaries)
        submissions = Submission.objects.bulk_create(
            [Submission(summary=summary, group_id=group) for summary, group in zip(summaries, groups, strict=True)],
            batch_size=500,
        )
        rounds = [
            ReviewRound(
                submission=each,
                revision=revisions[each.summary_id],
                required_reviews=2,
                submitted_at=self.now - timedelta(days=place % 6),
            )
            for place, each in enumerate(submissions)
        ]
        rounds = ReviewRound.objects.bulk_create(rounds, batch_size=500)
        for group in (self.group.pk, self.quiet.pk):
            review([each for each in rounds if each.submission.group_id == group], self.people[group])
        mine = [each for each in rounds if each.submission.group_id == self.group.pk]
        self.submission = next(each.submission for each in mine if each.submission.summary.author_id != self.mira.pk)
        self.waiting = mine[8].submission
        sources = list({entry.source_id for topic in topics for entry in topic.topic_entries.all()})
        readings = [
            Reading(person=person, source_id=source, state="read" if place % 2 else "reading", since=self.now)
            for person in {each.pk: each for people in self.people.values() for each in people}.values()
            for place, source in enumerate(sources[: 20 + person.pk % 5])
        ]
        Reading.objects.bulk_create(readings, batch_size=1000)
        self.topic = max(topics, key=lambda topic: topic.topic_entries.count())

    def _hundred_sources(self):
        from catalog.lists.reading_list import ReadingList
        from catalog.outline.entry import Entry
        from catalog.outline.section import Section
        from catalog.sources.source import Source
        from notes.reading import Reading

        reading_list = ReadingList.objects.create(slug="hundred", title="A hundred sources")
        topic = Section.objects.create(list=reading_list, kind="topic", title="All of it", level=1, position=1)
        urls = [f"https://example.org/hundred/{place}" for place in range(100)]
        sources = Source.objects.bulk_create(
            [
                Source(canonical_url=url, url=url, listed_title=f"Source {place}", kind="paper", year=2024)
                for place, url in enumerate(urls)
            ]
        )
        self.entries = Entry.objects.bulk_create(
            [
                Entry(
                    section=topic, topic=topic, source=source, position=place + 1, title=source.listed_title,
                    url=source.url, why="Why: because **it shows it**.", role="core" if place < 30 else "supporting",
                    why_html="<p>Why: because <strong>it shows it</strong>, with an ablation for each part.</p>",
                )
                for place, source in enumerate(sources)
            ]
        )  # fmt: skip
        Reading.objects.bulk_create(
            [
                Reading(person=self.mira, source=source, state=["want", "reading", "read"][place % 3])
                for place, source in enumerate(sources[:50])
            ]
        )
        return topic

    def _threads(self, others: list) -> tuple[int, int]:
        """Write all posts, oldest first: those of the quiet group, half of the others', the small group's, the rest."""
        from groups.threads.thread import Thread

        small = [SHOWN_POSTS, *(1 + place % 20 for place in range(SMALL_THREADS - 1))]
        long = min(LONGEST, self.posts // 20)
        quiet_rest = max(40, self.posts // 5 - long)
        quiet = [long, *[40] * (quiet_rest // 40)]
        left = self.posts - sum(small) - sum(quiet)
        rest = [(group, 40) for _ in range(max(1, left // 40 // len(others))) for group in others]
        half = len(rest) // 2
        plan = (
            [(self.quiet, size) for size in quiet] + rest[:half] + [(self.group, size) for size in small] + rest[half:]
        )
        topics = list(self.list.sections.topics())
        threads = Thread.objects.bulk_create(
            [
                Thread(
                    group=group, title=f"Thread {place}: does it hold at scale?", opened_by=self.people[group.pk][0],
                    topic=topics[place % len(topics)] if place % 3 == 0 else None,
                )
                for place, (group, _) in enumerate(plan)
            ],
            batch_size=500,
        )  # fmt: skip
        self._write_posts([(thread, size) for thread, (_, size) in zip(threads, plan, strict=True)])
        # Of the small group the newest thread is the one of 50 posts.
        shown = threads[len(quiet) + half]
        self._write_posts([(shown, 1)])
        return shown.pk, threads[0].pk

    def _write_posts(self, plan: list[tuple]) -> None:
        """Insert the posts in a few statements, with whatever the database keeps of them."""
        from django.db import connection, transaction

        from groups.threads.post import Post
        from readlist_site.base.text import RENDERER_VERSION, render

        html = [(body, render(body).html) for body in BODIES]
        begun = self.now - timedelta(days=300)

        def rows() -> Iterator[tuple]:
            for thread, size in plan:
                people = self.people[thread.group_id]
                for place in range(size):
                    number = next(self.keys)
                    body, body_html = html[number % len(html)]
                    when = begun + timedelta(seconds=number)
                    author = people[(number * 7 + place) % len(people)].pk
                    yield thread.pk, author, body, body_html, RENDERER_VERSION, uuid.UUID(int=number), when

        columns = "thread_id, author_id, body, body_html, renderer, idempotency_key, created_at, edits, deleted_as"
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {Post._meta.db_table} ({columns}) FROM STDIN") as copy:
                    for row in rows():
                        copy.write_row((*row, 0, ""))
            else:
                prepared = ((*row[:5], row[5].hex, row[6].replace(tzinfo=None).isoformat(" ")) for row in rows())
                cursor.connection.executemany(
                    f"INSERT INTO {Post._meta.db_table} ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')",  # noqa: S608
                    prepared,
                )

    def _read(self) -> None:
        """Everybody has read all of their groups but the newest 20 posts."""
        from django.db.models import Max, OuterRef, Subquery

        from groups.members.membership import Membership
        from groups.threads.thread import Thread

        of_group = Thread.objects.filter(group=OuterRef("group")).order_by().values("group")
        newest = Subquery(of_group.annotate(newest=Max("latest_id")).values("newest"))
        Membership.objects.filter(group__threads__isnull=False).update(read_to=newest - 20)

    def _notify(self) -> None:
        from readlist_site.base.notifications.notification import Notification

        people = {each.pk: each for people in self.people.values() for each in people}.values()
        Notification.objects.bulk_create(
            [
                Notification(
                    person=person, kind="accepted", key=f"bench:{place}", about=f"bench:{place % 5}", facts={},
                    url="/", read_at=None if place < 3 else self.now,
                )
                for person in people
                for place in range(12)
            ],
            batch_size=1000,
        )  # fmt: skip

    def _analyse(self) -> None:
        """PostgreSQL does so by itself, sooner or later; SQLite never."""
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def pages(self) -> list[tuple]:
        """The pages that are measured: name, who opens it, address, page of the floor, goal as a multiple of it."""
        group, quiet = f"/groups/{self.group.pk}/", f"/groups/{self.quiet.pk}/"
        mira, quinn = self.mira.pk, self.quinn.pk
        return [
            ("thread of 50 posts", mira, f"/threads/{self.shown}/", "thread", 1.0),
            ("threads index, 30 rows", mira, f"{group}threads/", "threads", 1.5),
            ("100 sources with my state", mira, f"/topics/{self.hundred.pk}/", "sources", 1.5),
            ("change a reading state", mira, self.toggled, "toggle", 2.0),
            ("home", mira, "/", "thread", 2.0),
            ("group", mira, group, "thread", 3.0),
            ("list", mira, "/list/", "thread", 1.5),
            ("topic", mira, f"/topics/{self.topic.pk}/", "thread", 1.5),
            ("playbook", mira, f"{group}playbook/", "thread", 3.0),
            ("submission, accepted", mira, f"/submissions/{self.submission.pk}/", "thread", 1.5),
            ("submission, waiting", mira, f"/submissions/{self.waiting.pk}/", "thread", 1.5),
            ("reviews", mira, f"{group}reviews/", "thread", 3.0),
            ("list, signed out", None, "/list/", "thread", 1.5),
            ("quiet: home", quinn, "/", "thread", 2.0),
            ("quiet: group", quinn, quiet, "thread", 3.0),
            ("quiet: threads index", quinn, f"{quiet}threads/", "threads", 1.5),
            ("quiet: longest thread", quinn, f"/threads/{self.longest}/", "thread", 1.0),
        ]

    @property
    def toggled(self) -> str:
        return f"/entries/{self.entries[10].pk}/reading/"

    def _addresses(self) -> dict:
        from django.conf import settings
        from django.contrib.sessions.backends.db import SessionStore
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        clients = {}
        for person in (self.mira, self.quinn):
            clients[person.pk] = client = Client(SERVER_NAME="localhost")
            client.force_login(person)
        floor = SessionStore()
        floor.update(
            {
                "_auth_user_id": str(self.mira.pk),
                "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
                "_auth_user_hash": self.mira.get_session_auth_hash(),
            }
        )
        floor.create()
        group, pages, toggled = f"/groups/{self.group.pk}/", self.pages(), self.toggled
        counts = {}
        for name, who, url, _, _ in pages:
            client = clients[who] if who else Client(SERVER_NAME="localhost")
            send = (
                (lambda url=url, client=client: client.post(url, {"state": "read", "seen": ""}, HTTP_HX_REQUEST="true"))
                if url == toggled
                else (lambda url=url, client=client: client.get(url))
            )
            send()
            with CaptureQueriesContext(connection) as queries:
                answer = send()
            assert answer.status_code == 200, (name, url, answer.status_code)
            counts[name] = sum("SAVEPOINT" not in query["sql"] for query in queries)
        return {
            "pages": pages,
            "statements": counts,
            "floor": {
                "thread": f"/threads/{self.shown}/",
                "threads": f"{group}threads/",
                "sources": f"/topics/{self.hundred.pk}/",
                "toggle": toggled,
            },
            "sessions": {str(person): client.session.session_key for person, client in clients.items()},
            "floor_session": floor.session_key,
            "cookie": settings.SESSION_COOKIE_NAME,
        }


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A page asks the database as often for ten times as much."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Section
from groups.models import Membership, Post, Thread
from notes.models import Reading
from tests import factories
from tests.groups.reviewing import say, show

from .addresses import ADDRESSES
from .world import World, make_world

pytestmark = pytest.mark.django_db


def grow(world: World, times: int = 10) -> None:
    """So many times the entries, people, summaries, reviews, threads and posts."""
    topics = list(Section.objects.topics().filter(list=world.list))
    for topic in topics:
        shelves = list(Section.objects.filter(parent=topic)) or [topic]
        for place in range(times * topic.topic_entries.count()):
            factories.make_entry(shelves[place % len(shelves)], f"{topic.name}, {place}")
    tier = topics[0].parent
    for place in range(times * len(topics)):
        topic = factories.make_section(world.list, "topic", f"{place + 10}. Topic {place}", tier)
        factories.make_entry(topic, f"A source of topic {place}")
    for place in range(times * 4):
        person = factories.make_user(f"Person {place}")
        Membership.objects.create(group=world.group, person=person)
        Reading.objects.set(person, world.entry, Reading.State.READ)
        if place < times:
            accepted = show(person, world.group, topics[1])
            for role in ("reviewer", "member"):
                say(accepted, world.people[role], "approve", "Yes.")
            show(person, world.group, topics[2])
        Post.objects.reply(thread=world.thread, author=person, body="Me, *too*.")
        Thread.objects.open(
            group=world.group, author=person, title=f"Thread {place}", body="$x$", about=topics[place % 3]
        )


def asked(world: World, name: str, role: str) -> list[str]:
    """The queries of a page, without those that Django's sessions and transactions ask of themselves."""
    client, url = world.client(role), ADDRESSES[name].url(name, world)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code < 400, url
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("role", ["anonymous", "member", "reviewer", "author"])
def test_no_page_asks_more_often_for_more(role):
    world = make_world()
    names = [
        name
        for name, address in ADDRESSES.items()
        if address.get and role in address.get and not name.startswith("account") and name != "edit_post"
    ]
    before = {name: asked(world, name, role) for name in names if name != "review" or role == "reviewer"}
    grow(world)
    for name, queries in before.items():
        after = asked(world, name, role)
        more = Counter(_shape(query) for query in after) - Counter(_shape(query) for query in queries)
        assert len(after) <= len(queries), f"{name} for {role}: {len(queries)} queries became {len(after)}: {more}"
        assert len(after) <= 45, f"{name} for {role} asks {len(after)} times"


def _shape(query: str) -> str:
    """A query without its values, to tell which one is asked again."""
    return query.split(" WHERE ")[0][:200]

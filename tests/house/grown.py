"""A world with so many times of everything, put there in a few inserts."""

from itertools import count

from catalog.curation.report import Report
from catalog.curation.suggestion import Suggestion, SuggestionVote
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.reviews.submission import Submission
from groups.threads.post import Post
from groups.threads.thread import Thread
from notes.reading import Reading
from readlist_site.base.accounts.models import User
from tests import factories
from tests.groups.reviewing import revise, say
from tests.house.world import World

_numbers = count(1)


def begin(world: World) -> None:
    """A second group of everybody who is in one, and a thread about the source: what there is none of can't grow."""
    insiders = [world.people[role] for role in ("owner", "member", "reviewer", "author")]
    factories.make_group(*insiders, reading_list=world.list, name="A second group")
    Thread.objects.start(
        group=world.group, author=insiders[0], title="The source", body="Yes.", about=world.entry.source
    )


def grow(world: World, times: int = 10) -> None:
    """So many times the people, groups, links, and what stands and is written where the world is in mid-work."""
    topics = grow_list(world, times)
    people = grow_people(world, times)
    grow_groups(world, people, times)
    Reading.objects.bulk_create(
        Reading(person=person, source_id=world.entry.source_id, state=Reading.State.READ) for person in people
    )
    for place, person in enumerate(people[:times]):
        submissions = [Submission.objects.submit(revise(person, topic), world.group) for topic in topics[:2]]
        if place % 2:
            for role in ("owner", "reviewer"):
                say(submissions[0], world.people[role], "approve", "Yes.")
    talk(world, people, topics)
    suggest(world, people)


def grow_list(world: World, times: int) -> list[Section]:
    """More entries in every topic, most in the one of the world, and as many topics again."""
    topics = list(Section.objects.topics().filter(list=world.list).order_by("position"))
    wanted = {topic: times * topic.topic_entries.count() if topic == world.topic else 3 for topic in topics}
    shelves = {topic: list(Section.objects.filter(parent=topic)) or [topic] for topic in topics}
    Section.objects.bulk_create(
        Section(list=world.list, parent=topic.parent, kind="topic", title=f"Topic {topic.pk}", level=topic.level,
                position=topic.position + 10_000)
        for topic in topics
    )  # fmt: skip
    places = [
        (topic, shelves[topic][place % len(shelves[topic])]) for topic in topics for place in range(wanted[topic])
    ]
    places += [(topic, topic) for topic in Section.objects.filter(list=world.list, position__gte=10_000)]
    sources = Source.objects.bulk_create(
        Source(canonical_url=url, url=url, listed_title=f"Source {number}", kind="paper")
        for number in range(len(places))
        for url in [f"https://example.org/more/{number}"]
    )
    Entry.objects.bulk_create(
        Entry(section=section, topic=topic, source=source, position=20_000 + source.pk, title=source.listed_title,
              url=source.url, role=section.role or topic.role, why_html="<p>Why.</p>")
        for (topic, section), source in zip(places, sources, strict=True)
    )  # fmt: skip
    # The world's source at so many more places.
    Entry.objects.bulk_create(
        Entry(section=topic, topic=topic, source_id=world.entry.source_id, position=40_000 + place, title="Again",
              url=world.entry.url, why_html="<p>Why.</p>")
        for place, topic in enumerate(topics[:times])
    )  # fmt: skip
    return topics


def grow_people(world: World, times: int) -> list[User]:
    """More members of the world's group."""
    people = User.objects.bulk_create(
        User(email=f"more-{next(_numbers)}@example.org", display_name=f"Person {place}") for place in range(times * 5)
    )
    Membership.objects.bulk_create(Membership(group=world.group, person=person) for person in people)
    return people


def grow_groups(world: World, people: list[User], times: int) -> None:
    """More groups of everybody who is in one, with people and links of their own."""
    insiders = [world.people[role] for role in ("owner", "member", "reviewer", "author")]
    groups = Group.objects.bulk_create(
        Group(name=f"Group {place}", list=world.list, owner=insiders[0]) for place in range(times)
    )
    Membership.objects.bulk_create(
        Membership(group=group, person=person) for group in groups for person in [*insiders, *people[:5]]
    )
    Invitation.objects.bulk_create(
        Invitation(group=group, invited_by=world.people["owner"]) for group in [world.group, *groups] * times
    )
    for group in groups:
        Thread.objects.start(group=group, author=people[0], title="Elsewhere", body="$y$", about=world.topic)


def talk(world: World, people: list[User], topics: list[Section]) -> None:
    """More threads, and more posts in the world's."""
    for place, person in enumerate(people):
        Post.objects.reply(thread=world.thread, author=person, body="Me, *too*.")
        about = [world.topic, world.entry.source, topics[0], None][place % 4]
        Thread.objects.start(group=world.group, author=person, title=f"Thread {place}", body="$x$", about=about)


def suggest(world: World, people: list[User]) -> None:
    """More suggestions for the world's topic, by its people and others, each seconded; and more reports."""
    authors = [*people, *(world.people[role] for role in ("owner", "member", "reviewer", "author"))]
    suggestions = Suggestion.objects.bulk_create(
        Suggestion(topic=world.topic, by=person, url=f"https://{key}", canonical_url=key, title="More", why="Why.")
        for place, person in enumerate(authors)
        for key in [f"example.org/suggested/{place}"]
    )
    SuggestionVote.objects.bulk_create(SuggestionVote(suggestion=each, person=people[0]) for each in suggestions[1:])
    Report.objects.bulk_create(
        Report(source=world.entry.source, by=person, kind=kind, text="Why.")
        for person in authors
        for kind in ("wrong", "outdated")
    )

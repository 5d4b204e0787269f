"""What stands beside a topic or a source for who is in a group: where the others are, and what is said of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from catalog.models import Entry, Section, Source
from groups.models import Group, Membership, Submission, Thread
from groups.progress import Column, Place, columns_of, laid_over, outcomes_in
from notes.progress import Steps, read_by, steps_for

THREADS = 5


@dataclass(frozen=True)
class Margin:
    """One of my groups, beside a topic or a source."""

    group: Group
    threads: list[Thread]
    topic: Section | None = None
    others: list[Place] = field(default_factory=list)


def topic_margins(viewer, topic: Section) -> list[Margin]:
    """Each of my groups that reads this list. The same few queries however many groups and members."""
    groups = list(Group.objects.visible_to(viewer).filter(list=topic.list_id))
    if not groups:
        return []
    members = defaultdict(list)
    for each in Membership.objects.filter(group__in=groups).exclude(person=viewer).select_related("person"):
        members[each.group_id].append(each)
    columns = {group: columns_of(members[group.pk], viewer) for group in groups}
    # Who hides from one group and not from another is asked for once, and shown only where they show themselves.
    everybody = {column.person_id: column for group in groups for column in columns[group] if not column.hides_reading}
    steps, found = steps_for(everybody.values(), [topic]), outcomes_in(groups, [topic])
    threads = threads_by_group(Thread.objects.visible_to(viewer).about_topic(topic))
    return [
        Margin(
            group,
            threads[group.pk],
            topic,
            [
                Place(column, laid_over(known, outcome), outcome and outcome.shown)
                for column in columns[group]
                for outcome in [found.get((group.pk, column.person_id, topic.pk))]
                for known in [Steps(hidden=True) if column.hides_reading else steps[column.person_id, topic.pk]]
            ],
        )
        for group in groups
    ]


def source_margins(viewer, source: Source) -> list[Margin]:
    """Each of my groups, with what it says of this source."""
    threads = threads_by_group(Thread.objects.visible_to(viewer).about_source(source))
    lists = source.entries.standing().values("topic__list")
    return [Margin(group, threads[group.pk]) for group in Group.objects.visible_to(viewer).filter(list__in=lists)]


def resting_on(viewer, source: Source) -> list[Submission]:
    """The summaries in my groups that rest on this source, the latest first."""
    found = Submission.objects.visible_to(viewer).filter(rounds__revision__based_on__source=source).distinct()
    return list(found.select_related("summary__author", "summary__topic", "group").order_by("-pk")[:THREADS])


def threads_by_group(threads) -> dict[int, list[Thread]]:
    """The latest of these in each group, by group. One query for the threads of all."""
    place = Window(RowNumber(), partition_by="group", order_by=F("latest_id").desc())
    found = defaultdict(list)
    for thread in threads.with_activity().annotate(place=place).filter(place__lte=THREADS):
        found[thread.group_id].append(thread)
    return found


@dataclass(frozen=True)
class Readers:
    """How many of the people I read with have read something: of those who show it.

    I am not among them: the words stay true while I say on the same page that I have read it."""

    counts: dict[int, int]
    others: list[Column]

    def words(self, entry: Entry) -> str:
        """ "2 of 4 others have read it"; nothing for who reads alone."""
        count, others = self.counts.get(entry.pk, 0), len(self.others)
        if not others:
            return ""
        if not count:
            return "Nobody else has read it yet"
        who = self.others[0].name if others == 1 else f"{count} of {others} others"
        return f"{who} {'has' if count == 1 else 'have'} read it"


def readers(viewer, entries: Iterable[Entry]) -> Readers:
    """Over all my groups that read these entries' lists. Two queries."""
    entries = list(entries)
    lists = Section.objects.filter(topic_entries__in=entries).values("list")
    together = Membership.objects.visible_to(viewer).filter(group__list__in=lists, hides_reading=False)
    others = {each.person_id: each for each in together.exclude(person=viewer.pk).select_related("person")}
    columns = columns_of(others.values(), viewer)
    return Readers(read_by(columns, entries), columns)

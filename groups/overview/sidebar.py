"""The sidebars of topics and sources for members of groups: others' progress, and threads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership import Membership
from groups.reviews.group_progress import MemberColumn, MemberProgress, member_columns, outcomes_in, with_group_steps
from groups.reviews.submission import Submission
from groups.threads.thread import Thread
from notes.progress import Steps, read_by, steps_for

SHOWN_THREADS = 5


@dataclass(frozen=True)
class GroupSidebar:
    """One of the viewer's groups, as shown beside a topic or a source."""

    group: Group
    threads: list[Thread]
    topic: Section | None = None
    others: list[MemberProgress] = field(default_factory=list)


def topic_sidebars(viewer, topic: Section, groups: list[Group]) -> list[GroupSidebar]:
    """Return a sidebar for each of these groups of the viewer, which read the topic's list. Uses a fixed number of
    queries."""
    if not groups:
        return []
    members = defaultdict(list)
    for each in Membership.objects.filter(group__in=groups).exclude(person=viewer).select_related("person"):
        members[each.group_id].append(each)
    columns = {group: member_columns(members[group.pk], viewer) for group in groups}
    # Steps are queried once for members who show their reading to at least one of the groups, and used only for those
    # groups.
    everybody = {column.person_id: column for group in groups for column in columns[group] if not column.hides_reading}
    steps, found = steps_for(everybody.values(), [topic]), outcomes_in(groups, [topic])
    threads = threads_by_group(Thread.objects.visible_to(viewer).about_topic(topic))
    return [
        GroupSidebar(
            group,
            threads[group.pk],
            topic,
            [
                MemberProgress(column, with_group_steps(known, outcome), outcome and outcome.review_outcome)
                for column in columns[group]
                for outcome in [found.get((group.pk, column.person_id, topic.pk))]
                for known in [Steps(hidden=True) if column.hides_reading else steps[column.person_id, topic.pk]]
            ],
        )
        for group in groups
    ]


def source_sidebars(viewer, source: Source) -> list[GroupSidebar]:
    """Return a sidebar for each of the viewer's groups whose list has the source, with its threads about it."""
    threads = threads_by_group(Thread.objects.visible_to(viewer).about_source(source))
    lists = source.entries.not_retired().values("topic__list")
    return [GroupSidebar(group, threads[group.pk]) for group in Group.objects.visible_to(viewer).filter(list__in=lists)]


def submissions_based_on(viewer, source: Source) -> list[Submission]:
    """Return the latest summaries in the viewer's groups that use this source, newest first, at most
    `SHOWN_THREADS`."""
    found = Submission.objects.visible_to(viewer).filter(rounds__revision__based_on__source=source).distinct()
    return list(found.select_related("summary__author", "summary__topic", "group").order_by("-pk")[:SHOWN_THREADS])


def threads_by_group(threads) -> dict[int, list[Thread]]:
    """Return the latest of these threads, by the key of the group, at most `SHOWN_THREADS` each. Uses one query for the
    threads of all groups."""
    place = Window(RowNumber(), partition_by="group", order_by=F("latest_id").desc())
    found = defaultdict(list)
    for thread in threads.with_activity().annotate(place=place).filter(place__lte=SHOWN_THREADS):
        found[thread.group_id].append(thread)
    return found


def fellow_readers(viewer, entries: Iterable[Entry]) -> list[MemberColumn]:
    """Return the other members of the viewer's groups that read the lists of these entries who show their reading, and
    set on each entry its `read_count`: how many of them have read it. Uses two queries.

    The viewer is left out, so that the text stays true when they set their own reading on the same page."""
    entries = list(entries)
    lists = Section.objects.filter(topic_entries__in=entries).values("list")
    together = Membership.objects.visible_to(viewer).filter(group__list__in=lists, hides_reading=False)
    others = {each.person_id: each for each in together.exclude(person=viewer.pk).select_related("person")}
    columns = member_columns(others.values(), viewer)
    counts = read_by(columns, entries)
    for entry in entries:
        entry.read_count = counts[entry.pk]
    return columns

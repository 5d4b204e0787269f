"""The sidebars of topics and sources for members of groups: others' progress, and threads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, F, QuerySet, When, Window
from django.db.models.functions import RowNumber

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.sources.source import Source
from groups.members.group import Group
from groups.members.membership import Membership
from groups.members.mute import mutes
from groups.reviews.group_progress import (
    MemberColumn,
    MemberProgress,
    member_columns,
    outcome_query,
    outcomes,
    with_group_steps,
)
from groups.reviews.review_round import ReviewRound
from groups.reviews.submission import Submission
from groups.threads.ask import AskBox, ask_box, thread_drafts
from groups.threads.read_position import unread_count
from groups.threads.thread import Thread
from notes.progress import read_counts, step_queries, steps_of
from notes.reading import Reading
from notes.steps import Steps
from readlist_site.base.web.together import RowsOf, Together

SHOWN_THREADS = 5


@dataclass(frozen=True)
class GroupSidebar:
    """One of the viewer's groups, as shown beside a topic or a source."""

    group: Group
    threads: list[Thread]
    topic: Section | None = None
    others: list[MemberProgress] = field(default_factory=list)


@Together
def sidebar_rows(viewer, topic: Section, now: datetime) -> list[QuerySet]:
    """What `topic_sidebars` takes of the viewer's groups that read the topic's list: the other members; the readings,
    drafts and summaries on the topic of those among them who show their reading; all rounds on the topic; threads."""
    groups = Group.objects.visible_to(viewer).filter(list__sections=topic)
    members = Membership.objects.filter(group__in=groups.order_by().values("pk")).exclude(person=viewer)
    members = members.with_person()
    showing = Membership.objects.filter(pk__in=RowsOf(members), hides_reading=False).order_by().values("person")
    rounds = ReviewRound.objects.filter(submission__group__in=groups.order_by(), submission__summary__topic=topic)
    threads = Thread.objects.visible_to(viewer).about_topic(topic)
    return [
        members,
        *step_queries(showing, [topic.pk]),
        outcome_query(rounds, now),
        latest_threads(threads, viewer),
    ]


@Together
def ask_rows(viewer) -> list[QuerySet]:
    """What `ask_box` takes: the viewer's drafts of new threads."""
    return [thread_drafts(viewer)]


def topic_sidebars(
    viewer,
    topic: Section,
    groups: Iterable[Group],
    entries: list[Entry],
    now: datetime,
    memberships: list[Membership],
    readings: list[tuple],
    drafts: list[tuple],
    summaries: list[tuple],
    rounds: list[tuple],
    threads: list[Thread],
) -> list[GroupSidebar]:
    """Return a sidebar for each of these groups of the viewer, which read the topic's list. `entries` are the visible
    ones of the topic, in the list's order; what follows `now` are `sidebar_rows`."""
    members, threads_of = defaultdict(list), defaultdict(list)
    for each in memberships:
        members[each.group_id].append(each)
    for thread in threads:
        threads_of[thread.group_id].append(thread)
    columns = {group: member_columns(members[group.pk], viewer) for group in groups}
    # Steps are made once for members who show their reading to at least one of the groups, and used only for those
    # groups.
    everybody = {column.person_id: column for group in groups for column in columns[group] if not column.hides_reading}
    steps = steps_of(everybody.values(), [topic], entries, readings, drafts, summaries)
    found = outcomes(rounds, now)
    return [
        GroupSidebar(
            group,
            threads_of[group.pk],
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


@Together
def source_sidebar_rows(viewer, source: Source) -> list[QuerySet]:
    """What `source_sidebars` takes of the viewer's groups whose list has the source."""
    lists = source.entries.not_retired().values("topic__list")
    return [
        latest_threads(Thread.objects.visible_to(viewer).about_source(source), viewer),
        Group.objects.visible_to(viewer).filter(list__in=lists),
        thread_drafts(viewer),
    ]


def source_sidebars(
    source: Source, latest: Iterable[Thread], groups: list[Group], drafts: list
) -> tuple[list[GroupSidebar], AskBox | None]:
    """Return a sidebar for each of these groups, with its threads about the source, and the box to ask these groups.
    Takes the rows of `source_sidebar_rows`."""
    threads = defaultdict(list)
    for thread in latest:
        threads[thread.group_id].append(thread)
    sidebars = [GroupSidebar(group, threads[group.pk]) for group in groups]
    return sidebars, ask_box(f"source-{source.pk}", groups, drafts)


def submissions_based_on(viewer, source: Source) -> list[Submission]:
    """Return the latest summaries in the viewer's groups that use this source, newest first, at most
    `SHOWN_THREADS`."""
    found = Submission.objects.visible_to(viewer).filter(rounds__revision__based_on__source=source).distinct()
    return list(found.select_related("summary__author", "summary__topic", "group").order_by("-pk")[:SHOWN_THREADS])


def latest_threads(threads: QuerySet[Thread], viewer) -> QuerySet[Thread]:
    """Return the latest of these threads, at most `SHOWN_THREADS` of each group, with how many posts are `unread`:
    counted for those that are shown only."""
    row_number = Window(RowNumber(), partition_by="group", order_by=F("latest_id").desc())
    found = threads.with_activity(excerpts=True).annotate(
        row_number=row_number, last_is_muted=mutes(viewer, "last_post__author")
    )
    # Not by the keys of those shown: PostgreSQL would read all threads with their last posts, to look for these.
    unread = Case(When(row_number__lte=SHOWN_THREADS, then=unread_count(viewer)), default=0)
    return found.annotate(unread=unread).filter(row_number__lte=SHOWN_THREADS)


@Together
def fellow_rows(viewer, source: Source) -> list[QuerySet]:
    """What `fellow_readers` takes of the groups that read a list with this source."""
    lists = Section.objects.filter(topic_entries__in=source.entries.not_retired()).order_by().values("list")
    members = Membership.objects.visible_to(viewer).filter(group__list__in=lists, hides_reading=False)
    members = members.exclude(person=viewer).with_person()
    people = Membership.objects.filter(pk__in=RowsOf(members)).order_by().values("person")
    readings = Reading.objects.filter(person__in=people, source=source)
    return [members, readings.values_list("person_id", "source_id", "reread_entry_id", "state")]


def fellow_readers(
    viewer, entries: Iterable[Entry], memberships: Iterable[Membership], readings: Iterable[tuple]
) -> list[MemberColumn]:
    """Return the other members of the viewer's groups who show their reading, and set on each entry its `read_count`:
    how many of them have read it. Takes the rows of `fellow_rows`, or of the same for entries of a topic.

    The viewer is left out, so that the text stays true when they set their own reading on the same page."""
    entries = list(entries)
    others = {each.person_id: each for each in memberships if not each.hides_reading}
    counts = read_counts(entries, readings)
    for entry in entries:
        entry.read_count = counts[entry.pk]
    return member_columns(others.values(), viewer)

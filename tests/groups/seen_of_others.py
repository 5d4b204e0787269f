"""What pages of topics and groups show of others, for tests that don't open them."""

from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from groups.overview.sidebar import GroupSidebar, fellow_readers, sidebar_rows, topic_sidebars
from groups.overview.topic_submissions import TopicSubmissions, submission_rows, submissions_on
from groups.reviews.group_progress import GroupProgress, MemberColumn, progress_of, progress_rows
from notes.progress import entries_of


def sidebars(viewer, topic: Section, groups) -> list[GroupSidebar]:
    now = timezone.now()
    rows = sidebar_rows(viewer=viewer, topic=topic, now=now)
    return topic_sidebars(viewer, topic, groups, entries_of([topic])[topic.pk], now, *rows)


def readers_of(viewer, topic: Section, entries) -> list[MemberColumn]:
    members, readings, *_ = sidebar_rows(viewer=viewer, topic=topic, now=timezone.now())
    return fellow_readers(viewer, entries, members, readings)


def others_submissions(viewer, topic: Section) -> TopicSubmissions:
    now = timezone.now()
    return submissions_on(*submission_rows(viewer=viewer, topic=topic, now=now), now)


def progress(group: Group, viewer) -> GroupProgress:
    """The progress of a whole group, as its page shows it."""
    now = timezone.now()
    return progress_of(group, viewer, now, *progress_rows(group=group, viewer=viewer, now=now))

"""Recent activity: that of other members in all groups of a person, and, for feed readers, that in one group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from groups.members.group import Group
from groups.reviews.review_round import ReviewRound
from groups.threads.newest_posts import newest_posts
from groups.threads.post import Post
from groups.threads.read_position import listed_for, unread_threads
from groups.threads.thread import Thread
from readlist_site.base.web.together import Together

# So many events are shown.
LIMIT = 6
# So many are in a feed: more than happen between two visits of a feed reader, which come hourly or daily.
FEED_LIMIT = 30


@dataclass(frozen=True)
class Activity:
    """One event. `kind` is "post", "submitted" or "accepted"; `person` is the author of the post or summary; `thing` is
    the post or the round."""

    kind: str
    when: datetime
    person: object
    thing: Post | ReviewRound

    @property
    def url(self) -> str:
        """The path of the post, or of the submission."""
        return (self.thing if self.kind == "post" else self.thing.submission).get_absolute_url()


@Together
def activity_rows(viewer, now: datetime) -> list[QuerySet]:
    """What `recent_activity` takes of all groups of the viewer: the threads with the newest unread posts, the latest
    revisions that others submitted, and the latest that were accepted."""
    rounds = shown_rounds().filter(submission__group__in=Group.objects.visible_to(viewer).order_by())
    submitted = rounds.not_withdrawn().exclude(submission__summary__author=viewer).order_by("-pk")
    accepted = rounds.accepted(now).not_removed().order_by("-acceptance_date", "-pk")
    unread = Thread.objects.filter(pk__found_by=unread_threads(viewer, LIMIT)).with_activity(excerpts=True)
    return [listed_for(unread, viewer)[:LIMIT], submitted[:LIMIT], accepted[:LIMIT]]


def shown_rounds() -> QuerySet[ReviewRound]:
    """Return all rounds, each with what the sentence about it says: its topic and author, and whether it
    `follows` another of the same submission. Accepted ones stay in the playbook when a later one is withdrawn."""
    # The revision number can't tell this: a group's first round may show revision 2.
    earlier = ReviewRound.objects.filter(submission=OuterRef("submission"), pk__lt=OuterRef("pk"))
    named = ("submission__summary__author", "submission__summary__topic")
    return ReviewRound.objects.annotate(follows=Exists(earlier)).select_related(*named).only(*_SHOWN)


_SHOWN = (
    "submitted_at", "submission__group", "submission__summary__author__display_name",
    "submission__summary__topic__title",
)  # fmt: skip


@dataclass(frozen=True)
class Stream:
    """What is new in one's groups: threads with `unread` posts, newest activity first, and then what happened."""

    unread: list[Thread]
    events: list[Activity]


def recent_activity(
    groups: Iterable[Group],
    viewer,
    unread: Iterable[Thread],
    submitted: Iterable[ReviewRound],
    accepted: Iterable[ReviewRound],
    *,
    show: str = "",
) -> Stream:
    """Return what is new in these groups, without the viewer's posts and submissions, of the rows of `activity_rows`
    and of the groups' posts: at most `LIMIT` threads, and `LIMIT` events, newest first. `show` is "threads" or
    "reviews" if only these are asked for. Two statements for the posts.

    The caller checks that the viewer may see the groups."""
    keys = {group.pk for group in groups}
    unread = [thread for thread in unread if thread.group_id in keys and show != "reviews"]
    threads = {thread.pk for thread in unread}
    posts = newest_posts(keys, LIMIT, viewer=viewer) if show != "reviews" else []
    found = [Activity("post", each.created_at, each.author, each) for each in posts if each.thread_id not in threads]
    if show != "threads":
        found += [each for each in _of_rounds(submitted, accepted) if each.thing.submission.group_id in keys]
    return Stream(unread, sorted(found, key=lambda each: each.when, reverse=True)[:LIMIT])


def feed_activities(group: Group, reader, now: datetime) -> list[Activity]:
    """Return the latest `FEED_LIMIT` events in a group, of the reader, too, newest first; of each post with `is_muted`,
    whether the reader has muted its author. Four statements. The caller checks that the reader may see the group."""
    rounds = shown_rounds().filter(submission__group=group)
    submitted = rounds.not_withdrawn().order_by("-pk")[:FEED_LIMIT]
    accepted = rounds.accepted(now).not_removed().order_by("-acceptance_date", "-pk")[:FEED_LIMIT]
    posts = newest_posts([group.pk], FEED_LIMIT, reader=reader)
    found = [Activity("post", each.created_at, each.author, each) for each in posts]
    found += _of_rounds(submitted, accepted)
    return sorted(found, key=lambda each: each.when, reverse=True)[:FEED_LIMIT]


def _of_rounds(submitted: Iterable[ReviewRound], accepted: Iterable[ReviewRound]) -> list[Activity]:
    return [
        Activity(kind, when, each.submission.summary.author, each)
        for kind, rounds in (("submitted", submitted), ("accepted", accepted))
        for each in rounds
        for when in [each.submitted_at if kind == "submitted" else each.acceptance_date]
    ]

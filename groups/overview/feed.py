"""What happened lately in one group, for feed readers: posts, submissions and acceptances, of the reader too."""

from datetime import datetime

from django.db.models.expressions import RawSQL

from groups.members.group import Group
from groups.threads.post import Post
from groups.threads.thread import Thread

from .activity import Activity, shown_rounds

# So many events are in a feed: more than happen between two visits of a feed reader, which come hourly or daily.
LIMIT = 30


def feed_activities(group: Group, now: datetime) -> list[Activity]:
    """Return the latest `LIMIT` events in a group, newest first. Four statements. The caller checks that the reader may
    see the group."""
    rounds = shown_rounds().filter(submission__group=group)
    submitted = rounds.not_withdrawn().order_by("-pk")[:LIMIT]
    accepted = rounds.accepted(now).not_removed().order_by("-acceptance_date", "-pk")[:LIMIT]
    found = [Activity("post", each.created_at, each.author, each) for each in _newest_posts(group)]
    found += [Activity("submitted", each.submitted_at, each.submission.summary.author, each) for each in submitted]
    found += [Activity("accepted", each.acceptance_date, each.submission.summary.author, each) for each in accepted]
    return sorted(found, key=lambda each: each.when, reverse=True)[:LIMIT]


def _newest_posts(group: Group) -> list[Post]:
    """Return the newest posts of a group, newest first: they are in the threads with the newest posts. Reads `LIMIT`
    posts of each such thread, by the index."""
    threads = list(Thread.objects.latest_in([group.pk], LIMIT).order_by().values_list("pk", flat=True))
    if not threads:
        return []
    of_one = """SELECT * FROM (
        SELECT id FROM groups_post WHERE thread_id = %s AND deleted_at IS NULL ORDER BY id DESC LIMIT %s
    ) AS of_one"""
    params = [value for thread in threads for value in (thread, LIMIT)]
    newest = RawSQL(" UNION ALL ".join([of_one] * len(threads)), params)  # noqa: S611
    posts = Post.objects.filter(pk__in=newest).select_related("author", "thread")
    return list(posts.only("body_html", "created_at", "author__display_name", "thread__title").order_by("-pk")[:LIMIT])

"""Recent activity of other members: posts, submissions, acceptances."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from groups.members.group import Group
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import UNSEEN
from groups.threads.post import Post
from groups.threads.thread import Thread
from readlist_site.base.web.together import Together

# So many events are shown.
LIMIT = 6
# Posts of others in older threads are missed if the viewer wrote the newest post in this many threads.
MOST_THREADS = 200


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
    """What `recent_activity` takes of all groups of the viewer: the latest revisions that others submitted, and the
    latest that were accepted."""
    rounds = shown_rounds().filter(submission__group__in=Group.objects.visible_to(viewer).order_by())
    submitted = rounds.not_withdrawn().exclude(submission__summary__author=viewer).order_by("-pk")
    accepted = rounds.accepted(now).not_removed().order_by("-acceptance_date", "-pk")
    return [submitted[:LIMIT], accepted[:LIMIT]]


def shown_rounds() -> QuerySet[ReviewRound]:
    """Return all rounds, each with what the sentence about it says: its group, topic and author, and whether it
    `follows` another of the same submission. Accepted ones stay in the playbook when a later one is withdrawn."""
    # The revision number can't tell this: a group's first round may show revision 2.
    earlier = ReviewRound.objects.filter(submission=OuterRef("submission"), pk__lt=OuterRef("pk"))
    named = ("submission__summary__author", "submission__summary__topic", "submission__group", "revision")
    return ReviewRound.objects.annotate(follows=Exists(earlier)).select_related(*named).defer(*UNSEEN)


def recent_activity(
    groups: Iterable[Group], viewer, submitted: Iterable[ReviewRound], accepted: Iterable[ReviewRound]
) -> list[Activity]:
    """Return the latest `LIMIT` events in these groups, newest first, without the viewer's posts and submissions, of
    the rows of `activity_rows` and of the groups' posts. Two statements for the latter.

    The caller checks that the viewer may see the groups."""
    posts = _latest_posts([group.pk for group in groups], viewer)
    found = [Activity("post", post.created_at, post.author, post) for post in posts]
    found += [Activity("submitted", each.submitted_at, each.submission.summary.author, each) for each in submitted]
    found += [Activity("accepted", each.acceptance_date, each.submission.summary.author, each) for each in accepted]
    return sorted(found, key=lambda each: each.when, reverse=True)[:LIMIT]


def _latest_posts(groups: list[int], viewer) -> list[Post]:
    """Return the latest `LIMIT` posts of others in these groups, newest first. Looks into the threads with the newest
    posts, and reads as many posts of each as could be shown: not all posts of the groups, or of the instance."""
    shown, looked_at = [], 2 * LIMIT
    while looked_at <= MOST_THREADS:
        (found,) = _newest_keys(
            viewer=viewer, looked_at=looked_at, **{f"group_{place}": key for place, key in enumerate(groups)}
        )
        latest_ids = [latest_id for latest_id, *_ in found]
        shown = sorted((pk for _, *posts in found for pk in posts if pk), reverse=True)[:LIMIT]
        # In the threads that were not looked at all posts are older than the newest of each that was.
        if len(found) < looked_at or (len(shown) == LIMIT and shown[-1] >= min(latest_ids)):
            break
        looked_at *= 4
    (posts,) = _posts(keys=shown)
    return posts


@Together
def _newest_keys(viewer, looked_at: int, **groups: int) -> list[QuerySet]:
    """The latest post of each of the threads with the newest posts in these groups, and those of its newest posts by
    others that could be shown."""
    others = Post.objects.not_deleted().filter(~Q(author=viewer) | Q(author=None), thread=OuterRef("pk"))
    newest = {f"newest_{index}": Subquery(others.order_by("-pk").values("pk")[index : index + 1])
              for index in range(LIMIT)}  # fmt: skip
    threads = Thread.objects.latest_in(groups.values(), looked_at).order_by()
    return [threads.annotate(**newest).values_list("latest_id", *newest)]


@Together
def _posts(keys: list[int]) -> list[QuerySet]:
    posts = Post.objects.filter(pk__in=keys).select_related("author", "thread")
    return [posts.only("body_html", "created_at", "author__display_name", "thread__title").order_by("-pk")]

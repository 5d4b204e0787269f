"""Recent activity of other members: posts, submissions, acceptances."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from groups.members.group import Group
from groups.reviews.review_round import ReviewRound
from groups.threads.post import Post
from readlist_site.base.text import plain


@dataclass(frozen=True)
class Activity:
    """One event. `kind` is "post", "submitted" or "accepted"; `person` is the author of the post or summary; `thing` is
    the post or the round."""

    kind: str
    when: datetime
    person: object
    thing: Post | ReviewRound

    @property
    def excerpt(self) -> str:
        """The beginning of the post, as plain text."""
        return plain(self.thing.body_html, 90)


def recent_activity(groups: Iterable[Group], viewer, limit: int = 6) -> list[Activity]:
    """Return the latest events in these groups, newest first, without the viewer's posts and submissions. Uses three
    queries.

    The caller checks that the viewer may see the groups."""
    groups = list(groups)
    posts = (
        Post.objects.not_deleted()
        .filter(thread__group__in=groups)
        .filter(~Q(author=viewer) | Q(author=None))
        .select_related("author", "thread")
        .order_by("-pk")[:limit]
    )
    parts = ("submission__summary__author", "submission__summary__topic", "submission__group", "revision")
    earlier = ReviewRound.objects.filter(submission=OuterRef("submission"), pk__lt=OuterRef("pk"))
    rounds = ReviewRound.objects.not_withdrawn().filter(submission__group__in=groups)
    # The revision number can't tell this: a group's first round may show revision 2.
    rounds = rounds.annotate(follows=Exists(earlier))
    submitted = rounds.exclude(submission__summary__author=viewer).select_related(*parts).order_by("-pk")[:limit]
    accepted = (
        ReviewRound.objects.accepted()
        .not_removed()
        .filter(submission__group__in=groups)
        .select_related(*parts)
        .order_by("-acceptance_date", "-pk")[:limit]
    )
    found = [Activity("post", post.created_at, post.author, post) for post in posts]
    found += [Activity("submitted", each.submitted_at, each.submission.summary.author, each) for each in submitted]
    found += [Activity("accepted", each.acceptance_date, each.submission.summary.author, each) for each in accepted]
    return sorted(found, key=lambda each: each.when, reverse=True)[:limit]

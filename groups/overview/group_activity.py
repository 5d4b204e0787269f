"""Who did what when in a group: its posts, what was submitted, reviewed and accepted, and who came and went."""

from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group, find_group
from groups.members.membership import Membership
from groups.members.membership_log import MembershipLogEntry
from groups.reviews.review import Review
from groups.threads.newest_posts import newest_posts
from readlist_site.base.web.together import Together

from .activity import shown_rounds
from .timeline import Event, TimelinePage, key_of_time, keys_in, merge_events, time_of_key

# The number of events on a page.
PAGE = 30


class ActivityKind(TextChoices):
    """What the page can be narrowed to."""

    POSTS = "posts", _("Posts")
    REVIEWS = "reviews", _("Reviews")
    MEMBERS = "members", _("Members")


def group_activity(viewer, key: int, *, kind: str, before: str | None, now: datetime) -> tuple[Group, TimelinePage]:
    """Return a group and a page of what happened in it, of one kind or all (""). Raises Http404 if the viewer isn't in
    it. Three statements."""
    keys = keys_in(before, [1, 1, 1, 2, 1, 1])
    (post,), (submitted,), (reviewed,), (accepted_at, accepted), (joined,), (ended,) = (
        keys[0], keys[1], keys[2], time_of_key(keys[3]), keys[4], keys[5],
    )  # fmt: skip
    shows = {"reviews": kind in ("", ActivityKind.REVIEWS), "members": kind in ("", ActivityKind.MEMBERS)}
    asked = _rows.ask(
        group=key, viewer=viewer, now=now, submitted=submitted, reviewed=reviewed, accepted_at=accepted_at,
        accepted=accepted, joined=joined, ended=ended, **shows,
    )  # fmt: skip
    group, (rows,) = find_group(viewer, key, asked)
    posts = []
    if kind in ("", ActivityKind.POSTS):
        posts = newest_posts([group.pk], PAGE + 1, reader=viewer, before=post)
    submitted_rounds, reviews, accepted_rounds, members, log = rows
    tables = (
        [Event("post", each.created_at, each, (each.pk,)) for each in posts],
        [Event("submitted", each.submitted_at, each, (each.pk,)) for each in submitted_rounds],
        [Event("reviewed", each.submitted_at, each, (each.pk,)) for each in reviews],
        [
            Event("accepted", at, each, key_of_time(at, each.pk))
            for each in accepted_rounds
            for at in [each.acceptance_date]
        ],
        [Event("joined", each.joined_at, each, (each.pk,)) for each in members],
        [Event("ended", each.at, each, (each.pk,)) for each in log],
    )
    return group, merge_events(tables, keys, PAGE)


@Together
def _rows(
    group: int, viewer, now: datetime, submitted: int, reviewed: int, accepted_at: datetime, accepted: int,
    joined: int, ended: int, reviews: bool, members: bool,
) -> list[QuerySet]:  # fmt: skip
    rounds = shown_rounds().filter(submission__group=group)
    older = Q(acceptance_date__lt=accepted_at) | Q(acceptance_date=accepted_at, pk__lt=accepted)
    shown = {"round__submission__group": group, "round__submission__withdrawn_at": None}
    given = Review.objects.filter(**shown, pk__lt=reviewed)
    named = ("reviewer", "round__submission__summary__topic", "round__submission__summary__author")
    log = MembershipLogEntry.objects.visible_to(viewer).filter(group=group, pk__lt=ended)
    found = [
        rounds.not_withdrawn().filter(pk__lt=submitted).order_by("-pk"),
        given.select_related(*named).only(*_SHOWN_OF_REVIEW).order_by("-pk"),
        rounds.accepted(now).not_removed().filter(older).order_by("-acceptance_date", "-pk"),
        Membership.objects.filter(group=group, pk__lt=joined).select_related("person").order_by("-pk"),
        log.select_related("person", "removed_by").order_by("-pk"),
    ]
    wanted = [reviews, reviews, reviews, members, members]
    return [each[: PAGE + 1] if is_wanted else each.none() for each, is_wanted in zip(found, wanted, strict=True)]


_SHOWN_OF_REVIEW = (
    "decision", "submitted_at", "reviewer__display_name", "round__submission__group",
    "round__submission__summary__topic__title", "round__submission__summary__topic__kind",
    "round__submission__summary__author__display_name",
)  # fmt: skip

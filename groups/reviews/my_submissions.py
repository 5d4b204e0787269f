"""A person's own submissions, in all the groups they submitted to."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from readlist_site.base.web.together import Together

from .review_round import ReviewRound
from .round_data import status_queries, with_status


def my_rounds(author, topic: Section) -> list[ReviewRound]:
    """Return the rounds of the author's summary on a topic in the groups they are in, latest first, with status
    data. One statement."""
    return with_status(*_my_rounds(author=author, topic=topic, now=timezone.now()))


def my_round_queries(author, topic: Section, now: datetime) -> list[QuerySet]:
    """Return the querysets of `my_rounds`, for `with_status`."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return status_queries(mine.filter(submission__group__in=Group.objects.visible_to(author)).order_by("-pk"), now)


_my_rounds = Together(my_round_queries)


@Together
def submitted_rows(author, topic: Section, now: datetime) -> list[QuerySet]:
    """All rounds of the author's summary on a topic, also in groups they have left, latest first, for `with_status`."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return status_queries(mine.order_by("-pk"), now)


def submitted_rounds(author, rows: list[list], groups: Iterable[Group], now: datetime) -> list[ReviewRound]:
    """Return the rounds of `submitted_rows`. Each has `is_member` and `status_tags`; these are empty if the author has
    left the group, and for a round that a later one follows hold only its reviews' decisions and its acceptance.
    `groups`: those that the author is in."""
    rounds, mine = with_status(*rows), {each.pk for each in groups}
    for each in rounds:
        status, each.is_member = each.status_for(author, now), each.submission.group_id in mine
        tags = status.status_tags if each.pk == each.submission.current.pk else status.opinion_tags
        each.status_tags = tags if each.is_member else ()
    return rounds


def open_rounds(author, topic: Section) -> list[ReviewRound]:
    """Return the current round of each open submission of the author's summary on a topic, in the groups they are
    in."""
    submissions = {each.submission_id: each.submission for each in my_rounds(author, topic)}
    return [each.current for each in submissions.values() if not each.is_withdrawn]

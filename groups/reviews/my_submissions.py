"""A person's own submissions, in all the groups they submitted to."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.outline.section import Section
from groups.members.group import Group

from .annotated_revision import AnnotatedRevision, revisions_to_answer
from .review_round import ReviewRound
from .status import StatusTag


def my_rounds(author, topic: Section) -> list[ReviewRound]:
    """Return the rounds of the author's summary on a topic in the groups they are in, latest first, with status
    data."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return list(mine.filter(submission__group__in=Group.objects.visible_to(author)).with_status_data().order_by("-pk"))


@dataclass(frozen=True)
class SubmittedRound:
    """One revision in one group. `status_tags` show its status; they are empty if the author has left the group."""

    round: ReviewRound
    is_member: bool
    status_tags: tuple[StatusTag, ...]


def submitted_rounds(author, topic: Section) -> list[SubmittedRound]:
    """Return all rounds of the author's summary on a topic, also in groups they have left, latest first. For a round
    that a later one follows, `status_tags` hold only its reviews' decisions and its acceptance."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    groups = set(Group.objects.visible_to(author).values_list("pk", flat=True))
    found = []
    for each in mine.with_status_data().order_by("-pk"):
        status, is_member = each.status_for(author), each.submission.group_id in groups
        status_tags = status.status_tags if each.pk == each.submission.current.pk else status.opinion_tags
        found.append(SubmittedRound(each, is_member, status_tags if is_member else ()))
    return found


def open_rounds(author, topic: Section) -> list[ReviewRound]:
    """Return the current round of each open submission of the author's summary on a topic, in the groups they are
    in."""
    submissions = {each.submission_id: each.submission for each in my_rounds(author, topic)}
    return [each.current for each in submissions.values() if not each.is_withdrawn]


def awaiting_reply(rounds: Iterable[ReviewRound]) -> list[AnnotatedRevision]:
    """Return those of the rounds that have comments to reply to, with these comments. Takes `open_rounds`. Uses a fixed
    number of queries."""
    texts = revisions_to_answer(rounds)
    return [text for text in texts if text.overall_comments or text.written_comments]

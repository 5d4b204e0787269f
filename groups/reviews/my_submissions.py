"""What has become of one's own summaries, over all the groups one showed them to."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.outline.section import Section
from groups.members.group import Group

from .annotated_revision import AnnotatedRevision, revisions_to_answer
from .review_round import ReviewRound
from .status import StatusTag


def my_rounds(author, topic: Section) -> list[ReviewRound]:
    """Every revision that one showed to a group one is in, the latest first, with the facts of its status."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    return list(mine.filter(submission__group__in=Group.objects.visible_to(author)).with_status_data().order_by("-pk"))


@dataclass(frozen=True)
class SubmittedRound:
    """One revision in one group. `status_tags` say what came of it; a group that one has left tells nothing of that."""

    round: ReviewRound
    is_member: bool
    status_tags: tuple[StatusTag, ...]


def submitted_rounds(author, topic: Section) -> list[SubmittedRound]:
    """Every revision that one ever showed, the latest first. Of one that another followed, what was said of it."""
    mine = ReviewRound.objects.filter(submission__summary__author=author, submission__summary__topic=topic)
    groups = set(Group.objects.visible_to(author).values_list("pk", flat=True))
    found = []
    for each in mine.with_status_data().order_by("-pk"):
        status, is_member = each.status_for(author), each.submission.group_id in groups
        status_tags = status.status_tags if each.pk == each.submission.current.pk else status.opinion_tags
        found.append(SubmittedRound(each, is_member, status_tags if is_member else ()))
    return found


def open_rounds(author, topic: Section) -> list[ReviewRound]:
    """The latest revision that each of one's groups has, unless it was withdrawn."""
    submissions = {each.submission_id: each.submission for each in my_rounds(author, topic)}
    return [each.current for each in submissions.values() if not each.is_withdrawn]


def awaiting_reply(rounds: Iterable[ReviewRound]) -> list[AnnotatedRevision]:
    """Of these the ones about which something waits for the author's answer, with all of that.

    Takes `open_rounds`; a fixed number of queries."""
    texts = revisions_to_answer(rounds)
    return [text for text in texts if text.overall_comments or text.written_comments]

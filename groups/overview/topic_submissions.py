"""What the members of one's groups have written on a topic: accepted summaries, and submissions in review."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.review_round import ReviewRound
from notes.revision import Answer
from readlist_site.base.web.together import RowsOf, Together, attach


@dataclass(frozen=True)
class TopicSubmissions:
    """Rounds by other members: the `accepted` ones that are in a playbook, with their answers, latest acceptance first;
    and the current ones `in_review`, oldest first."""

    accepted: list[ReviewRound] = field(default_factory=list)
    in_review: list[ReviewRound] = field(default_factory=list)


@Together
def submission_rows(viewer, topic: Section, now: datetime) -> list[QuerySet]:
    """What `submissions_on` takes: the rounds of others on a topic in the viewer's groups, and the answers of those
    that are accepted."""
    open_rounds = ReviewRound.objects.open()
    groups = Group.objects.visible_to(viewer).filter(list__sections=topic)
    rounds = (
        ReviewRound.objects.not_withdrawn()
        .filter(submission__group__in=groups.order_by(), submission__summary__topic=topic)
        .exclude(submission__summary__author=viewer)
        .annotate(is_open=Exists(open_rounds.filter(pk=OuterRef("pk"))))
        .select_related("acceptance", "revision", "submission__summary__author", "submission__group")
        .defer("submission__summary__author__password")
        .order_by("pk")
    )
    accepted = ReviewRound.objects.filter(pk__in=RowsOf(rounds)).accepted(now).not_removed()
    answers = Answer.objects.filter(revision__in=accepted.order_by().values("revision")).order_by("position")
    return [rounds, answers.defer("body")]


def submissions_on(rounds: Iterable[ReviewRound], answers: Iterable[Answer], now: datetime) -> TopicSubmissions:
    """Return what others have submitted on a topic to groups of the viewer, each text once, of `submission_rows`.

    An accepted revision stays while a later one is in review. What was removed from the playbook is left out, and with
    it earlier acceptances, as in the playbook."""
    by_summary, answers_of = defaultdict(list), defaultdict(list)
    for each in rounds:
        by_summary[each.submission.group_id, each.submission.summary_id].append(each)
    for answer in answers:
        answers_of[answer.revision_id].append(answer)
    accepted, in_review = {}, {}
    for each in by_summary.values():
        latest_accepted = next((round for round in reversed(each) if round.accepted_by(now)), None)
        if latest_accepted and not latest_accepted.removed_from_playbook_at:
            accepted.setdefault(latest_accepted.revision_id, latest_accepted)
        if each[-1] != latest_accepted and each[-1].is_open:
            in_review.setdefault(each[-1].revision_id, each[-1])
    shown = sorted(accepted.values(), key=lambda round: round.accepted_by(now), reverse=True)
    for round in shown:
        attach(round.revision, "answers", answers_of[round.revision_id])
    return TopicSubmissions(shown, sorted(in_review.values(), key=lambda round: round.submitted_at))

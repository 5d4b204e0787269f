"""What the members of one's groups have written on a topic: accepted summaries, and submissions in review."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone

from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.review_round import ReviewRound


@dataclass(frozen=True)
class TopicSubmissions:
    """Rounds by other members: the `accepted` ones that are in a playbook, with their answers, latest acceptance first;
    and the current ones `in_review`, oldest first."""

    accepted: list[ReviewRound] = field(default_factory=list)
    in_review: list[ReviewRound] = field(default_factory=list)


def submissions_on(viewer, topic: Section, groups: Iterable[Group]) -> TopicSubmissions:
    """Return what others have submitted on a topic to these groups of the viewer, each text once. Uses two queries.

    An accepted revision stays while a later one is in review. What was removed from the playbook is left out, and with
    it earlier acceptances, as in the playbook. The caller checks that the viewer may see the groups."""
    now, open_rounds = timezone.now(), ReviewRound.objects.open()
    rounds = (
        ReviewRound.objects.not_withdrawn()
        .filter(submission__group__in=list(groups), submission__summary__topic=topic)
        .exclude(submission__summary__author=viewer.pk)
        .annotate(is_open=Exists(open_rounds.filter(pk=OuterRef("pk"))))
        .select_related("acceptance", "revision", "submission__summary__author", "submission__group")
        .order_by("pk")
    )
    by_summary = defaultdict(list)
    for each in rounds:
        by_summary[each.submission.group_id, each.submission.summary_id].append(each)
    accepted, in_review = {}, {}
    for each in by_summary.values():
        latest_accepted = next((round for round in reversed(each) if round.accepted_by(now)), None)
        if latest_accepted and not latest_accepted.removed_from_playbook_at:
            accepted.setdefault(latest_accepted.revision_id, latest_accepted)
        if each[-1] != latest_accepted and each[-1].is_open:
            in_review.setdefault(each[-1].revision_id, each[-1])
    shown = sorted(accepted.values(), key=lambda round: round.accepted_by(now), reverse=True)
    prefetch_related_objects(shown, "revision__answers")
    return TopicSubmissions(shown, sorted(in_review.values(), key=lambda round: round.submitted_at))

"""The rounds awaiting review in a group, those that wait for the viewer first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
from django.utils import timezone

from groups.members.group import Group

from .review import Review
from .review_queue import BEST_MATCH_FIRST
from .review_round import ReviewRound
from .status import Action, Status


@dataclass(frozen=True)
class WaitingItem:
    """One round that awaits review. `mine`: the viewer has claimed it, has to revise it, or may claim it and did not
    skip it."""

    round: ReviewRound
    status: Status
    action: Action
    mine: bool


def waiting_list(
    group: Group, viewer, limit: int, *, at_limit: bool = False, now: datetime | None = None
) -> list[WaitingItem]:
    """Return the first `limit` rounds: claimed by the viewer, to be revised by them, available to them; then with
    others, and their own. `at_limit`: whether the viewer is at the claim limit."""
    now, section = now or timezone.now(), ReviewRound.QueueSection
    asked = Exists(Review.objects.filter(round=OuterRef("pk")).blocking(now))
    order = Case(
        When(queue_section=section.CLAIMED, then=0),
        When(Q(asked, queue_section=section.OWN), then=1),
        When(queue_section=section.AVAILABLE, skipped_by_me=False, then=2),
        default=3,
        output_field=IntegerField(),
    )
    waiting = ReviewRound.objects.queue_of(group, viewer, now).annotate(viewer_order=order)
    ordered = waiting.order_by("viewer_order", "queue_section", *BEST_MATCH_FIRST)[:limit]
    return [
        WaitingItem(each, status, each.action_in_queue(status, at_limit=at_limit), each.viewer_order < 3)
        for each in ordered
        for status in [each.status_for(viewer, now)]
    ]

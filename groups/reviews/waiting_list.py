"""What waits in a group: on whom, and since when; what waits for the viewer first."""

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
    """One round that waits. `mine`: the viewer holds it, is to revise it, or may take it and didn't pass it over."""

    round: ReviewRound
    status: Status
    action: Action
    mine: bool


def waiting_list(
    group: Group, viewer, limit: int, *, at_limit: bool = False, now: datetime | None = None
) -> list[WaitingItem]:
    """The first so many: what the viewer holds, what they are to revise, what they may take; then what is with others,
    and their own. `at_limit`: whether the viewer holds as many reviews as one may."""
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

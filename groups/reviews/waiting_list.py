"""The rounds awaiting review in a group, those that wait for the viewer first."""

from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
from django.utils import timezone

from groups.members.group import Group

from .review import Review
from .review_queue import BEST_MATCH_FIRST
from .review_round import ReviewRound


def waiting_list(
    group: Group, viewer, limit: int, *, at_limit: bool = False, now: datetime | None = None
) -> list[ReviewRound]:
    """Return the first `limit` rounds: claimed by the viewer, to be revised by them, available to them; then with
    others, and their own. Each has its `status` and `action`, and `is_for_viewer`: they have claimed it, have to revise
    it, or may claim it and did not skip it. `at_limit`: whether the viewer is at the claim limit."""
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
    rounds = list(waiting.order_by("viewer_order", "queue_section", *BEST_MATCH_FIRST)[:limit])
    for each in rounds:
        each.set_action(viewer, at_limit=at_limit, now=now)
        each.is_for_viewer = each.viewer_order < 3
    return rounds

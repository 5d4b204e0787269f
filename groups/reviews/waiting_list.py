"""The rounds awaiting review in a group, those that wait for the viewer first."""

from datetime import datetime

from .review_queue import QueuedRound, fetch_queued
from .review_round import ReviewRound
from .status import QueueSection


def first_waiting(
    waiting: list[QueuedRound], viewer, limit: int, *, at_limit: bool, now: datetime
) -> list[ReviewRound]:
    """Return the first `limit` of the rounds of a group's queue: claimed by the viewer, to be revised by them,
    available to them; then with others, and their own. Each has its `status` and `action`, and `is_for_viewer`: they
    have claimed it, have to revise it, or may claim it and did not skip it. `at_limit`: whether the viewer is at the
    claim limit. Takes a viewer who is a member. One statement."""
    waiting.sort(key=lambda each: (_viewer_order(each), each.queue_section, each.best_match_first))
    orders = {each.pk: _viewer_order(each) for each in waiting}
    rounds = fetch_queued(waiting[:limit], now)
    for each in rounds:
        each.set_action(viewer, at_limit=at_limit, now=now)
        each.is_for_viewer = orders[each.pk] < 3
    return rounds


def _viewer_order(queued: QueuedRound) -> int:
    if queued.queue_section == QueueSection.CLAIMED:
        return 0
    if queued.queue_section == QueueSection.OWN and queued.change_requested:
        return 1
    return 2 if queued.is_offered else 3

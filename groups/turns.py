"""What waits in a group: on whom, and since when; what waits for the viewer first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
from django.utils import timezone

from groups.models import Group, Review, Round
from groups.models.queue import FAIREST_FIRST
from groups.status import Action, Status


@dataclass(frozen=True)
class Turn:
    """One round that waits. `mine`: the viewer holds it, is to revise it, or may take it and didn't pass it over."""

    round: Round
    status: Status
    action: Action
    mine: bool


def turns_in(group: Group, viewer, limit: int, *, at_limit: bool = False, now: datetime | None = None) -> list[Turn]:
    """The first so many: what the viewer holds, what they are to revise, what they may take; then what is with others,
    and their own. `at_limit`: whether the viewer holds as many reviews as one may."""
    now, place = now or timezone.now(), Round.Place
    asked = Exists(Review.objects.filter(round=OuterRef("pk")).standing(now))
    turn = Case(
        When(place=place.HELD, then=0),
        When(Q(asked, place=place.OWN), then=1),
        When(place=place.OPEN, i_skipped=False, then=2),
        default=3,
        output_field=IntegerField(),
    )
    waiting = Round.objects.waiting_in(group, viewer, now).annotate(turn_of_mine=turn)
    ordered = waiting.order_by("turn_of_mine", "place", *FAIREST_FIRST)[:limit]
    return [
        Turn(each, status, each.action_in_queue(status, at_limit=at_limit), each.turn_of_mine < 3)
        for each in ordered
        for status in [each.status_for(viewer, now)]
    ]

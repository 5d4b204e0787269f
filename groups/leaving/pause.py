"""Pausing and resuming reviews, for one person in all their groups."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from groups.members.absence import Absence
from groups.members.group import Group
from groups.reviews import notifications
from groups.reviews.claim import ChangeRequestEnd
from groups.reviews.review import end_claims_of
from groups.reviews.review_request import ReviewRequest
from groups.reviews.review_round import ReviewRound


@transaction.atomic
def pause_reviews(person, *, until: datetime | None = None, now: datetime | None = None) -> Absence:
    """Pause a person's reviews, until a date if one is given, or change that date. In all their groups their claims and
    open change requests end and requests for their review are resolved. Drafts of reviews stay. Locks all these
    groups."""
    now = now or timezone.now()
    groups = _lock_groups_of(person, now)
    absence, _ = Absence.objects.update_or_create(person=person, defaults={"since": now, "until": until})
    for group in groups:
        end_claims_of(person, group, now, because=ChangeRequestEnd.REVIEWER_PAUSED)
        ReviewRequest.objects.end(person, group)
        notifications.resolve_paused(person, group, now)
        ReviewRound.objects.filter(submission__group=group).update_accepts_at(now)
    return absence


@transaction.atomic
def resume_reviews(person, *, now: datetime | None = None) -> None:
    """End a person's pause, if there is one. Change requests that they made during it become open. Locks all their
    groups."""
    now = now or timezone.now()
    groups = _lock_groups_of(person, now)
    Absence.objects.filter(person=person).delete()
    for group in groups:
        ReviewRound.objects.filter(submission__group=group).update_accepts_at(now)


def _lock_groups_of(person, now: datetime) -> list[Group]:
    """Lock all groups of a person in the order of their keys, and record the acceptances that are due. Return the
    groups."""
    groups = list(Group.objects.visible_to(person).order_by("pk"))
    for group in groups:
        group.lock()
        ReviewRound.objects.filter(submission__group=group).write_acceptances(now)
    return groups

"""Ends claims, for the ways in which somebody stops reviewing or being reviewed. Each belongs to a transaction that has
locked the group."""

from datetime import datetime

from groups.members.group import Group
from groups.reviews.claim import APPROVED, ChangeRequestEnd, Claim
from groups.reviews.review import Review


def end_claims_of(reviewer, group: Group, now: datetime, *, because: ChangeRequestEnd) -> int:
    """End all claims that a person holds in a group, also those whose review requested changes: such a request ends,
    `because` of that, and its slot is free. The claim of an approval keeps its slot. Says how many were ended."""
    here = {"reviewer": reviewer, "round__submission__group": group}
    Review.objects.open_change_requests().filter(**here).update(withdrawn_at=now, change_request_ended_because=because)
    return Claim.objects.filter(**here, ended_at=None).exclude(APPROVED).update(ended_at=now)


def end_claims_on(author, group: Group, now: datetime) -> int:
    """End the claims on a person's submissions to a group that have no review yet. Says how many were ended."""
    theirs = {"round__submission__group": group, "round__submission__summary__author": author}
    return Claim.objects.filter(**theirs).end(now)


def end_claims_in(group: Group, now: datetime) -> int:
    """End all claims in a group that have no review yet. Says how many were ended."""
    return Claim.objects.filter(round__submission__group=group).end(now)

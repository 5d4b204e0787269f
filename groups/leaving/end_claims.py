"""Ends claims when somebody stops reviewing or being reviewed. Call these functions under the lock of the group."""

from datetime import datetime

from groups.members.group import Group
from groups.reviews.claim import APPROVED, ChangeRequestEnd, Claim
from groups.reviews.review import Review


def end_claims_of(reviewer, group: Group, now: datetime, *, because: ChangeRequestEnd) -> int:
    """End all claims of a person in a group, except those of approvals, which keep their slot. Their open change
    requests end with the reason `because`. Return how many claims ended."""
    here = {"reviewer": reviewer, "round__submission__group": group}
    Review.objects.open_change_requests().filter(**here).update(withdrawn_at=now, change_request_ended_because=because)
    return Claim.objects.filter(**here, ended_at=None).exclude(APPROVED).update(ended_at=now)


def end_claims_on(author, group: Group, now: datetime) -> int:
    """End the claims without a review on a person's submissions to a group. Return how many ended."""
    theirs = {"round__submission__group": group, "round__submission__summary__author": author}
    return Claim.objects.filter(**theirs).end(now)


def end_claims_in(group: Group, now: datetime) -> int:
    """End all claims without a review in a group. Return how many ended."""
    return Claim.objects.filter(round__submission__group=group).end(now)

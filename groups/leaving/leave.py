"""Leaving a group, being removed from it, being banned."""

from django.db import transaction
from django.utils import timezone

from groups.members.ban import Ban
from groups.members.exceptions import RuleViolation
from groups.members.membership import Membership
from groups.members.membership_log import MembershipLogEntry
from groups.members.notifications import notify_left
from groups.reviews import notifications
from groups.reviews.claim import ChangeRequestEnd, Claim
from groups.reviews.review import end_claims_of
from groups.reviews.review_request import ReviewRequest
from groups.reviews.review_round import ReviewRound
from readlist_site.base.accounts.models import User

from .archive import archive_after_last_member


class OwnerCannotLeave(RuleViolation):
    """The owner can't leave while other members remain; they have to transfer ownership first."""


@transaction.atomic
def leave_group(membership: Membership, *, by: User | None = None) -> None:
    """End a membership; what the person wrote stays. If `by` is given, an administrator, it is logged as a removal,
    and the invitation links that the person created are revoked.

    Archives the group if no member with an open account remains. Does nothing if the membership has already ended.
    Locks the group. Raises OwnerCannotLeave for an owner while others remain."""
    if not membership.lock():
        return
    if not membership.can_leave:
        raise OwnerCannotLeave("owner_cannot_leave", group=membership.group)
    if not membership.others.exists():
        archive_after_last_member(membership.group, membership.person)
    if by:
        _revoke_links_of(membership)
    event = MembershipLogEntry.Event.REMOVED if by else MembershipLogEntry.Event.LEFT
    _end_membership(membership, event, removed_by=by)


@transaction.atomic
def remove_from_group(membership: Membership, *, by: User, why: str = "", ban: bool = False) -> None:
    """End another person's membership, and revoke the invitation links that they created; what they wrote stays. With
    `ban` they can't join again by an invitation link until they are unbanned.

    Does nothing if the membership has already ended. Locks the group. Raises GroupArchived, and RuleViolation
    ("may_not_remove") if `by` may not remove them."""
    if not membership.lock():
        return
    group, person = membership.group, membership.person
    group.refuse_if_archived()
    if not Membership.objects.removable_by(by).filter(pk=membership.pk).exists():
        raise RuleViolation("may_not_remove", person=person)
    if ban:
        Ban.objects.in_force().get_or_create(group=group, person=person, defaults={"banned_by": by, "why": why})
    _revoke_links_of(membership)
    log = {"removed_by": by, "why": why, "is_public": True}
    _end_membership(membership, MembershipLogEntry.Event.REMOVED, banned=ban, **log)


def _revoke_links_of(membership: Membership) -> None:
    """Revoke the invitation links that the person created, so that who is removed can't join again by their own."""
    theirs = membership.group.invitations.filter(invited_by=membership.person, revoked_at=None)
    theirs.update(revoked_at=timezone.now())


def _end_membership(membership: Membership, event: str, *, banned: bool = False, **log: object) -> None:
    """Log the end and delete the membership, end the person's claims and those on their submissions, resolve their
    notifications about the group, and update its rounds. Notifies the owner, and who is removed. Takes a locked
    membership."""
    now, group, person = timezone.now(), membership.group, membership.person
    rounds = ReviewRound.objects.filter(submission__group=group)
    rounds.write_acceptances(now)
    end = group.membership_log.create(person=person, event=event, at=now, **log)
    end_claims_of(person, group, now, because=ChangeRequestEnd.REVIEWER_LEFT)
    ReviewRequest.objects.end(person, group)
    Claim.objects.filter(round__submission__group=group, round__submission__summary__author=person).end(now)
    # Nothing that refers to the membership can be added from here on.
    Membership.objects.select_for_update().filter(pk=membership.pk).first()
    membership.delete()
    notifications.resolve_left(person, group, now)
    notify_left(end, banned=banned)
    rounds.update_accepts_at(now)

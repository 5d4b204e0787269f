"""Archiving a group, and reopening it."""

from django.db import transaction
from django.utils import timezone

from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.review_round import ReviewRound
from readlist_site.base.accounts.models import User


@transaction.atomic
def archive_group(group: Group, *, by: User) -> None:
    """Archive a group, so that it can only be read, and end its claims without a review. A second call keeps the first
    date. Locks the group. Raises RuleViolation ("not_the_owner")."""
    now, rounds = timezone.now(), ReviewRound.objects.filter(submission__group=group)
    group.lock_as_owner(by)
    rounds.write_acceptances(now)
    group.archived_at = group.archived_at or now
    group.save(update_fields=["archived_at"])
    Claim.objects.filter(round__submission__group=group).end(now)
    rounds.update_accepts_at(now)


@transaction.atomic
def reopen_group(group: Group, *, by: User) -> None:
    """Reopen an archived group. Locks the group. Raises RuleViolation ("not_the_owner")."""
    group.lock_as_owner(by)
    group.archived_at = None
    group.save(update_fields=["archived_at"])
    ReviewRound.objects.filter(submission__group=group).update_accepts_at(timezone.now())


def archive_after_last_member(group: Group, last: User) -> None:
    """Archive a group whose last member leaves, revoke its invitation links, and clear the owner if that was them. Lock
    the group first."""
    now = timezone.now()
    group.owner_id = None if group.owner_id == last.pk else group.owner_id
    group.archived_at = group.archived_at or now
    group.save(update_fields=["owner", "archived_at"])
    group.invitations.filter(revoked_at=None).update(revoked_at=now)

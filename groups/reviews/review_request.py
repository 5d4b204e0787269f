"""An author asks a particular member for a review. It is no claim: nothing waits for that member, and who is offered
which review stays as it is."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from readlist_site.base.accounts.models import User

from . import notifications
from .submission import Submission


class ReviewRequestQuerySet(models.QuerySet["ReviewRequest"]):
    @transaction.atomic
    def ask(self, round: models.Model, person: User, *, by: User, now: datetime | None = None) -> "ReviewRequest":
        """Ask a member for a review of a round, and notify them. Does nothing if they are asked already.

        Locks the group, then the submission. Raises GroupArchived and RuleViolation: if `by` is not the author
        ("not_your_summary"), what `ReviewRound.why_not_reviewable` says of the member, or if they have paused reviews
        ("has_paused"), are reviewing the round ("reviews_already") or declined it ("has_declined"), or the round is
        accepted ("already_accepted")."""
        now, submission = now or timezone.now(), round.submission
        round.begin_change(now)
        submission.group.refuse_if_archived()
        if submission.summary.author_id != by.pk:
            raise RuleViolation("not_your_summary")
        round.refuse_unless_reviewable_by(person)
        fresh = submission.rounds.select_related("acceptance", "submission__summary__author").get(pk=round.pk)
        if fresh.accepted_by(now):
            raise RuleViolation("already_accepted")
        if not submission.group.memberships.available_for_review(now).filter(person=person).exists():
            raise RuleViolation("has_paused", person=person)
        if round.claims.live(now).filter(reviewer=person).exists():
            raise RuleViolation("reviews_already", person=person)
        before = self.filter(submission=submission, person=person).first()
        if before and before.declined_at and before.declined_at >= fresh.shown_at:
            raise RuleViolation("has_declined", person=person)
        if before and not before.declined_at and not before.was_answered:
            return before
        asked = {"requested_at": now, "declined_at": None}
        request, _ = self.update_or_create(submission=submission, person=person, defaults=asked)
        notifications.notify_review_requested(fresh, person, now)
        return request

    @transaction.atomic
    def decline(self, submission: Submission, person: User, *, now: datetime | None = None) -> bool:
        """Decline the request to a person, resolve what they were told of it, and return whether there was one. Locks
        the group. Raises GroupArchived, and RuleViolation ("not_a_member")."""
        now = now or timezone.now()
        submission.group.lock_for(person)
        declined = self.filter(submission=submission, person=person, declined_at=None).update(declined_at=now)
        notifications.resolve_review_requested(submission, person, now)
        return bool(declined)

    @transaction.atomic
    def withdraw(self, submission: Submission, person: int, *, now: datetime | None = None) -> None:
        """Withdraw the author's request to the person with this key, if it was not declined. Locks the group. Raises
        GroupArchived."""
        submission.group.lock()
        submission.group.refuse_if_archived()
        for request in self.filter(submission=submission, person=person, declined_at=None).select_related("person"):
            request.delete()
            notifications.resolve_review_requested(submission, request.person, now or timezone.now())

    def end(self, person: User, group: Group) -> None:
        """Delete the requests to a person who leaves a group or pauses reviews. Call it under the lock of the group."""
        self.filter(person=person, submission__group=group).delete()


class ReviewRequest(models.Model):
    """The author of a submission asked a member for a review of it. It ends with their review, or when they decline,
    leave or pause reviews; later revisions don't end it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="review_requests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_requests")
    requested_at = models.DateTimeField(default=timezone.now)
    declined_at = models.DateTimeField(null=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "person"], name="groups_one_review_request"),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.submission}"

    @property
    def was_answered(self) -> bool:
        """Whether the person has reviewed the submission since."""
        rounds = self.submission.rounds.filter(reviews__reviewer=self.person_id)
        return rounds.filter(reviews__submitted_at__gte=self.requested_at).exists()

"""A summary shown to a group for review."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from groups import notices
from groups.refused import Refused
from notes.models import Revision, Summary

from .group import Group
from .reminder import Reminder

if TYPE_CHECKING:
    from .acceptance import Acceptance
    from .round import Round

MOST_WANTED = 2


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user) -> "SubmissionQuerySet":
        """What was submitted to the groups that a person is a member of.

        What its author took back is still there for them, and for those who took it up: what they wrote is theirs to
        keep. For the others it is as if it had never been shown, but for what stands in the playbook."""
        if not user.is_authenticated:
            return self.none()
        everything = self.model._base_manager
        taken_up = everything.filter(rounds__claims__reviewer=user)
        agreed = everything.filter(rounds__acceptance__isnull=False, rounds__acceptance__retracted_at=None)
        shown = models.Q(withdrawn_at=None) | models.Q(summary__author=user)
        shown |= models.Q(pk__in=taken_up.values("pk")) | models.Q(pk__in=agreed.values("pk"))
        return self.filter(shown, group__in=Group.objects.visible_to(user))

    def submit(self, revision: Revision, group: Group, *, why: str = "", now: datetime | None = None) -> "Round":
        """Show a revision to a group for review: a new submission, or the next round of the one that is open; what
        nobody has touched yet it replaces without a trace. `why` it changed is told this group alone.

        Raises Refused for a group that isn't the author's, another list's topic, or a revision that was shown."""
        author = revision.summary.author
        if author is None or not group.memberships.filter(person=author).exists():
            raise Refused(f"Only members of “{group}” show it their summaries.")
        return self._next_round(revision, group, why, now or timezone.now())

    @transaction.atomic
    def _next_round(self, revision: Revision, group: Group, why: str, now: datetime) -> "Round":
        # Nobody leaves between being counted among the others and being asked for a review.
        group.lock()
        group.refuse_if_archived()
        topic = revision.summary.topic
        if group.list_id != topic.list_id:
            raise Refused(f"“{topic.short_name}” is not on the list that “{group}” reads.")
        others = group.memberships.active(now).exclude(person=revision.summary.author).count()
        wanted = min(MOST_WANTED, others)
        the_open = {"summary": revision.summary, "group": group, "withdrawn_at": None}
        submission = self.select_for_update(no_key=True).filter(**the_open).first()
        if submission is None:
            submission, _ = self.get_or_create(**the_open, defaults={"opened_at": now})
        current = submission.current
        if current and revision.number <= current.revision.number:
            raise Refused(f"The group has revision {current.revision.number} already.")
        if current and current.is_untouched:
            current.replace(revision, wanted, why, now)
            notices.tell_shown(current, now)
            return current
        try:
            with transaction.atomic():
                following = submission.rounds.create(
                    revision=revision, wanted=wanted, why=why, submitted_at=now, shown_at=now
                )
        except IntegrityError:
            raise Refused(f"The group has revision {revision.number} already.") from None
        if current:
            current.hand_over(following, now)
            notices.settle_waiting(submission, now)
        notices.tell_shown(following, now)
        Reminder.objects.of_round(following)
        return following


class Submission(models.Model):
    """One summary in one group. Each revision that is shown is a round of it; a later one continues it."""

    summary = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="submissions")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="submissions")
    opened_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "group"],
                condition=models.Q(withdrawn_at=None),
                name="groups_one_open_submission",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.summary} in {self.group}"

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])

    @property
    def current(self) -> "Round | None":
        """The round of its latest revision: what the group reads now."""
        return max(self.rounds.all(), key=lambda each: each.pk, default=None)

    def lock(self) -> "Submission":
        """Make claims, reviews and revisions of it wait for each other, until the transaction ends. Gives it fresh."""
        locked = Submission.objects.select_for_update(of=("self",), no_key=True)
        return locked.select_related("summary__author").get(pk=self.pk)

    @property
    def standing_acceptance(self) -> "Acceptance | None":
        """By which it stands in the group's playbook."""
        from .acceptance import Acceptance

        return Acceptance.objects.standing().filter(round__submission=self).first()

    def may_be_retracted_by(self, person) -> bool:
        """Its author takes it from the playbook, whatever the group has said since."""
        return self.summary.author_id == person.pk and self.standing_acceptance is not None

    def may_be_withdrawn_by(self, person) -> bool:
        """Its author takes it back while it waits; what was accepted stays."""
        waits = self.withdrawn_at is None and self.current.accepted_at is None
        return waits and self.summary.author_id == person.pk

    @transaction.atomic
    def withdraw(self, now: datetime | None = None) -> None:
        """Take it back from review. Reviews that were given stay; whoever holds a claim on it is free again."""
        self.group.refuse_if_archived()
        now = now or timezone.now()
        fresh = self.lock()
        if fresh.current.accepted_at:
            raise Refused("It is accepted. Take it from the playbook, if you no longer stand by it.")
        if fresh.withdrawn_at is None:
            Submission.objects.filter(pk=self.pk).update(withdrawn_at=now)
            fresh.current.claims.live(now).end(now)
            notices.settle_withdrawn(fresh, now)
        self.refresh_from_db(fields=["withdrawn_at"])

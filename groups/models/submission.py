"""A summary shown to a group for review."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from groups.refused import Refused
from notes.models import Revision, Summary

from .group import Group

if TYPE_CHECKING:
    from .round import Round

MOST_WANTED = 2


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user) -> "SubmissionQuerySet":
        """What was submitted to the groups that a person is a member of.

        One that its author took back before anybody took it up is as if it had never been shown."""
        talked_about = self.model._base_manager.filter(
            models.Q(rounds__claims__isnull=False) | models.Q(threads__isnull=False)
        )
        shown = models.Q(withdrawn_at=None) | models.Q(pk__in=talked_about.values("pk"))
        if user.is_authenticated:
            shown |= models.Q(summary__author=user)
        return self.filter(shown, group__in=Group.objects.visible_to(user))

    def submit(self, revision: Revision, group: Group, *, now: datetime | None = None) -> "Round":
        """Show a revision to a group for review: a new submission, or the next round of the one that is open.

        Raises Refused for a group that isn't the author's, another list's topic, or a revision that was shown."""
        author, topic = revision.summary.author, revision.summary.topic
        if author is None or not group.memberships.filter(person=author).exists():
            raise Refused(f"Only members of “{group}” show it their summaries.")
        if group.list_id != topic.list_id:
            raise Refused(f"“{topic.short_name}” is not on the list that “{group}” reads.")
        others = group.memberships.active().exclude(person=author).count()
        return self._next_round(revision, group, wanted=min(MOST_WANTED, others), now=now or timezone.now())

    @transaction.atomic
    def _next_round(self, revision: Revision, group: Group, *, wanted: int, now: datetime) -> "Round":
        the_open = {"summary": revision.summary, "group": group, "withdrawn_at": None}
        submission = self.select_for_update(no_key=True).filter(**the_open).first()
        if submission is None:
            submission, _ = self.get_or_create(**the_open, defaults={"opened_at": now})
        current = submission.current
        if current and revision.number <= current.revision.number:
            raise Refused(f"The group has revision {current.revision.number} already.")
        try:
            with transaction.atomic():
                following = submission.rounds.create(revision=revision, wanted=wanted, submitted_at=now)
        except IntegrityError:
            raise Refused(f"The group has revision {revision.number} already.") from None
        if current:
            current.hand_over(following, now)
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

    def may_be_withdrawn_by(self, person) -> bool:
        """Its author takes it back while it waits; what was accepted stays."""
        waits = self.withdrawn_at is None and self.current.accepted_at is None
        return waits and self.summary.author_id == person.pk

    @transaction.atomic
    def withdraw(self, now: datetime | None = None) -> None:
        """Take it back from review. Reviews that were given stay; whoever holds a claim on it is free again."""
        now = now or timezone.now()
        fresh = self.lock()
        if fresh.current.accepted_at:
            raise Refused("It is accepted: it stays in the playbook.")
        if fresh.withdrawn_at is None:
            Submission.objects.filter(pk=self.pk).update(withdrawn_at=now)
            fresh.current.claims.live(now).end(now)
        self.refresh_from_db(fields=["withdrawn_at"])

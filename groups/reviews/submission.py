"""A summary shown to a group for review."""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.members.membership import Membership
from notes.revision import Revision
from notes.summary import Summary

from . import notifications, rules
from .reminder import Reminder


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user) -> "SubmissionQuerySet":
        """What was submitted to the groups that a person is a member of.

        What its author took back is still there for them, and for those who took it up: what they wrote is theirs to
        keep. For the others it is as if it had never been shown, but for what stands in the playbook."""
        if not user.is_authenticated:
            return self.none()
        everything = self.model._base_manager
        taken_up = everything.filter(rounds__claims__reviewer=user)
        accepted = rules.accepted(timezone.now(), "rounds__")
        agreed = everything.filter(accepted, rounds__acceptance__removed_from_playbook_at=None)
        shown = models.Q(withdrawn_at=None) | models.Q(summary__author=user)
        shown |= models.Q(pk__in=taken_up.values("pk")) | models.Q(pk__in=agreed.values("pk"))
        return self.filter(shown, group__in=Group.objects.visible_to(user))

    def open(self) -> "SubmissionQuerySet":
        """Those that can be reviewed: not withdrawn, their author is a member with an open account, and their group is
        not archived."""
        author = Membership.objects.with_open_account().filter(
            group=models.OuterRef("group"), person=models.OuterRef("summary__author")
        )
        return self.not_withdrawn().filter(models.Exists(author), group__archived_at=None)

    def not_withdrawn(self) -> "SubmissionQuerySet":
        """Those that their authors did not withdraw."""
        return self.filter(withdrawn_at=None)

    def update_accepts_at(self, now: datetime) -> int:
        """`ReviewRoundQuerySet.update_accepts_at` for all rounds of these submissions, under the lock of their group:
        for who reaches them as `group.submissions`. Says how many rounds are accepted by that."""
        rounds = self.model._meta.get_field("rounds").related_model
        return rounds.objects.filter(submission__in=self).update_accepts_at(now)

    def submit(self, revision: Revision, group: Group, *, why: str = "", now: datetime | None = None) -> models.Model:
        """Show a revision to a group for review: a new submission, or the next round of the one that is open; what
        nobody has touched yet it replaces without a trace. `why` it changed is told this group alone.
        Returns the ReviewRound.

        Raises RuleViolation for a group that isn't the author's, another list's topic, or a revision that was shown."""
        return self._submit_round(revision, group, why, now or timezone.now())

    @transaction.atomic
    def _submit_round(self, revision: Revision, group: Group, why: str, now: datetime) -> models.Model:
        author, topic = revision.summary.author, revision.summary.topic
        # Nobody leaves between being counted among the others and being asked for a review.
        group.lock_for(author)
        if group.list_id != topic.list_id:
            raise RuleViolation("topic_not_on_list", topic=topic, group=group)
        others = group.memberships.available_for_review(now).exclude(person=author).count()
        figures = {
            "required_reviews": rules.required_reviews(group.required_reviews, others),
            "claim_days": group.claim_days,
            "single_approval_days": group.single_approval_days,
        }
        open_submission = {"summary": revision.summary, "group": group, "withdrawn_at": None}
        submission = self.select_for_update(no_key=True).filter(**open_submission).first()
        if submission is None:
            submission, _ = self.get_or_create(**open_submission, defaults={"opened_at": now})
        # Before a new revision takes the place of one that time has accepted.
        submission.rounds.write_acceptances(now)
        current = submission.current
        if current and revision.number <= current.revision.number:
            raise RuleViolation("revision_already_submitted", number=current.revision.number)
        if current and current.can_be_replaced:
            current.replace(revision, figures, why, now)
            current.notify_submitted(now)
            return current
        try:
            with transaction.atomic():
                following = submission.rounds.create(
                    revision=revision, why=why, submitted_at=now, shown_at=now, **figures
                )
        except IntegrityError:
            raise RuleViolation("revision_already_submitted", number=revision.number) from None
        if current:
            current.transfer_claims(following, now)
            notifications.resolve_review_needed(submission.notification_key, now)
        following.notify_submitted(now)
        Reminder.objects.create_for_round(following.pk, following.submitted_at)
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
    def current(self) -> models.Model | None:
        """The ReviewRound of its latest revision: what the group reads now."""
        return max(self.rounds.all(), key=lambda each: each.pk, default=None)

    @property
    def notification_key(self) -> str:
        """What notifications about it name it by."""
        return notifications.submission_key(self.group_id, self.pk)

    @property
    def notification_subject(self) -> notifications.Subject:
        """What notifications about it say of it."""
        return notifications.Subject(self.group_id, self.pk, self.summary.author, self.summary.topic.short_name)

    def lock(self) -> "Submission":
        """Make claims, reviews and revisions of it wait for each other, until the transaction ends. Gives it fresh."""
        locked = Submission.objects.select_for_update(of=("self",), no_key=True)
        return locked.select_related("summary__author").get(pk=self.pk)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def playbook_round(self, now: datetime | None = None) -> models.Model | None:
        """Its ReviewRound whose text the group's playbook holds."""
        return self.rounds.in_playbook(self.group, now).first()

    def can_be_removed_from_playbook_by(self, person) -> bool:
        """Its author removes it from the playbook, whatever the group has said since."""
        return self.summary.author_id == person.pk and self.playbook_round() is not None

    def can_be_withdrawn_by(self, person) -> bool:
        """Its author withdraws it while it awaits review; what was accepted stays."""
        waits = not self.is_withdrawn and self.current.accepted_at is None
        return waits and self.summary.author_id == person.pk

    @transaction.atomic
    def remove_from_playbook(self, now: datetime | None = None) -> bool:
        """Remove its text from the playbook. That the group accepted it stays on record. Says whether it was there.
        Raises Archived."""
        now = now or timezone.now()
        self.group.lock()
        self.group.refuse_if_archived()
        self.lock()
        self.rounds.write_acceptances(now)
        if found := self.playbook_round(now):
            found.acceptance.remove_from_playbook(now)
        return found is not None

    @transaction.atomic
    def withdraw(self, now: datetime | None = None) -> None:
        """Withdraw it from review. Reviews that were sent stay; claims on it end. Raises RuleViolation for what is
        accepted, and Archived."""
        now = now or timezone.now()
        self.group.lock()
        self.group.refuse_if_archived()
        fresh = self.lock()
        if fresh.current.accepted_by(now):
            raise RuleViolation("accepted_cannot_be_withdrawn")
        if not fresh.is_withdrawn:
            Submission.objects.filter(pk=self.pk).update(withdrawn_at=now)
            fresh.rounds.update(accepts_at=None)
            fresh.current.claims.live(now).end(now)
            reviewers = fresh.rounds.filter(claims__reviewer__isnull=False).values("claims__reviewer")
            can_see = None if fresh.playbook_round(now) else reviewers
            notifications.resolve_withdrawn(fresh.notification_key, now, can_see=can_see)
        self.refresh_from_db(fields=["withdrawn_at"])

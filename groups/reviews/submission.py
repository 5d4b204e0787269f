"""A summary submitted to a group for review."""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from groups.members.membership import Membership
from notes.revision import Revision
from notes.revision_image import RevisionImage
from notes.summary import Summary
from readlist_site.base.images.image import Image
from readlist_site.base.web.addresses import address

from . import notifications, rules
from .reminder import Reminder


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user, now: datetime | None = None) -> "SubmissionQuerySet":
        """Return the submissions to the groups that `user` is a member of.

        A withdrawn submission is visible only to its author and to those who have ever claimed one of its rounds,
        unless one of its rounds is accepted and was not removed from the playbook."""
        if not user.is_authenticated:
            return self.none()
        everything = self.model._base_manager
        taken_up = everything.filter(rounds__claims__reviewer=user)
        accepted = rules.accepted(now or timezone.now(), "rounds__")
        agreed = everything.filter(accepted, rounds__acceptance__removed_from_playbook_at=None)
        shown = models.Q(withdrawn_at=None) | models.Q(summary__author=user)
        shown |= models.Q(pk__in=taken_up.values("pk")) | models.Q(pk__in=agreed.values("pk"))
        return self.filter(shown, group__in=Group.objects.visible_to(user))

    def open(self) -> "SubmissionQuerySet":
        """Return those that can be reviewed: not withdrawn, in a group that is not archived, by an author who is a
        member with an open account."""
        author = Membership.objects.with_open_account().filter(
            group=models.OuterRef("group"), person=models.OuterRef("summary__author")
        )
        return self.not_withdrawn().filter(models.Exists(author), group__archived_at=None)

    def not_withdrawn(self) -> "SubmissionQuerySet":
        """Return those that are not withdrawn."""
        return self.filter(withdrawn_at=None)

    def update_accepts_at(self, now: datetime) -> int:
        """Record the acceptances of these submissions that are due, call `ReviewRoundQuerySet.update_accepts_at` for
        all their rounds, and return how many were accepted. Must run under the lock of the group. `groups.members`
        calls it as `group.submissions.update_accepts_at`, because it can't import the rounds."""
        rounds = self.model._meta.get_field("rounds").related_model.objects.filter(submission__in=self)
        return rounds.write_acceptances(now) + rounds.update_accepts_at(now)

    @transaction.atomic
    def submit(self, revision: Revision, group: Group, *, why: str = "", now: datetime | None = None) -> models.Model:
        """Submit a revision to a group and return its ReviewRound. Opens a submission if none is open. A round that
        nobody has claimed or posted about is replaced in place; otherwise a new round is created, to which live claims
        are transferred. `why` is one line for this group on why the text changed.

        Locks the group, then the submission. Raises GroupArchived, and RuleViolation if the author is not a member
        ("not_a_member"), if the topic is not on the group's list, or if this or a later revision was submitted
        already."""
        now, author, topic = now or timezone.now(), revision.summary.author, revision.summary.topic
        # Lock the group, so that nobody leaves between being counted here and being notified below.
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
        # The current round may be due for acceptance; write that down before it is replaced or followed.
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
            notifications.resolve_review_needed(submission, now)
        following.notify_submitted(now)
        Reminder.objects.create_for_round(following.pk, following.submitted_at)
        return following


class Submission(models.Model):
    """One summary in one group. Each submitted revision is a ReviewRound of it, the later ones included."""

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
        return address("submission", self.pk)

    @property
    def current(self) -> models.Model | None:
        """The ReviewRound of its latest submitted revision, or None."""
        return max(self.rounds.all(), key=lambda each: each.pk, default=None)

    @property
    def notification_key(self) -> str:
        """The key that its notifications have as `about`."""
        return f"groups/{self.group_id}/submissions/{self.pk}"

    def lock(self) -> "Submission":
        """Lock the submission's row until the transaction ends, and return it freshly read. Serialises claims, reviews
        and new revisions. Lock its group first."""
        locked = Submission.objects.select_for_update(of=("self",), no_key=True)
        return locked.select_related("summary__author").get(pk=self.pk)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def playbook_round(self, now: datetime | None = None) -> models.Model | None:
        """Return its ReviewRound that is in the group's playbook, or None."""
        return self.rounds.in_playbook(self.group, now).first()

    def can_be_removed_from_playbook_by(self, person) -> bool:
        """Return whether a person is its author and a round of it is in the playbook."""
        is_own = self.summary.author_id == person.pk
        return is_own and any(each.accepted_at for each in self.rounds.all()) and self.playbook_round() is not None

    def can_be_withdrawn_by(self, person) -> bool:
        """Return whether a person is its author, it is not withdrawn, and its current round is not accepted."""
        waits = not self.is_withdrawn and self.current.accepted_at is None
        return waits and self.summary.author_id == person.pk

    @transaction.atomic
    def remove_from_playbook(self, now: datetime | None = None) -> bool:
        """Remove its accepted round from the playbook, and return whether it was there. The acceptance stays on record.
        Locks the group, then the submission. Raises GroupArchived."""
        now = now or timezone.now()
        self.group.lock()
        self.group.refuse_if_archived()
        self.lock()
        self.rounds.write_acceptances(now)
        if found := self.playbook_round(now):
            found.acceptance.removed_from_playbook_at = now
            found.acceptance.save(update_fields=["removed_from_playbook_at"])
        return found is not None

    @transaction.atomic
    def withdraw(self, now: datetime | None = None) -> None:
        """Withdraw it from review. Reviews stay, claims without a review end, and requests for a review of it are
        resolved. Does nothing if it is already withdrawn. Locks the group, then the submission. Raises GroupArchived,
        and RuleViolation ("accepted_cannot_be_withdrawn") if its current round is accepted."""
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
            notifications.resolve_withdrawn(fresh, now, can_see=can_see)
        self.refresh_from_db(fields=["withdrawn_at"])


def submission_shows_to(user) -> Exists:
    """Return whether a revision that a person may read in a group shows the image `OuterRef("pk")`."""
    return _shows_image(Submission.objects.visible_to(user))


def submitted_images(group: Group, user) -> models.QuerySet[Image]:
    """Return the images in what is submitted to a group and a person may read."""
    return Image.objects.filter(_shows_image(Submission.objects.visible_to(user).filter(group=group)))


def _shows_image(submissions: SubmissionQuerySet) -> Exists:
    return Exists(RevisionImage.objects.filter(image=OuterRef("pk"), revision__rounds__submission__in=submissions))

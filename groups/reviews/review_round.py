"""One revision's turn at being reviewed in one group."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from groups.members.exceptions import ClaimLimitReached, RuleViolation
from groups.members.membership import Membership
from notes.revision import Revision

from . import notifications, rules
from .acceptance import Acceptance
from .claim import ChangeRequestEnd, Claim
from .reminder import Reminder
from .review import Review
from .review_queue import QueueSection, ReviewRoundQuerySet
from .status import Action, Status, action_of, status_of
from .submission import Submission

if TYPE_CHECKING:
    from readlist_site.base.accounts.models import User


class ReviewRound(models.Model):
    """Needs `required_reviews` reviews: see `groups.reviews.rules.required_reviews`. Its place in the queue goes by
    `submitted_at`; from `shown_at` on its days are counted: a text that takes the place of one that nobody has touched
    begins them anew.

    `claim_days` and `single_approval_days` are those of its group when it was submitted. `accepts_at` is the moment
    from which time alone accepts it, null for never; every verb that may change it writes it under the group's lock, by
    `ReviewRoundQuerySet.update_accepts_at`. An acceptance is written down later, dated by it."""

    QueueSection = QueueSection

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rounds")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rounds")
    required_reviews = models.PositiveSmallIntegerField()
    claim_days = models.PositiveSmallIntegerField(default=3, db_default=3)
    single_approval_days = models.PositiveSmallIntegerField(default=7, db_default=7)
    submitted_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(default=timezone.now, help_text="Since when the group has had this text.")
    accepts_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When time alone accepts it.")
    why = models.CharField(max_length=200, blank=True, help_text="One line on why the text changed, for this group.")

    objects = ReviewRoundQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "revision"], name="groups_one_round_per_revision"),
            models.CheckConstraint(
                condition=models.Q(required_reviews__lte=3), name="groups_round_requires_at_most_three"
            ),
        ]
        indexes = [
            models.Index(
                fields=["accepts_at"], condition=models.Q(accepts_at__isnull=False), name="groups_rounds_time_accepts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission}, revision {self.revision.number}"

    @property
    def can_be_replaced(self) -> bool:
        """Whether nobody has claimed it or posted about it: its author may replace it without a trace."""
        spoken = self.submission.threads.filter(posts__created_at__gte=self.submitted_at)
        return not self.accepted_at and not self.claims.exists() and not spoken.exists()

    def replace(self, revision: Revision, figures: dict[str, int], why: str, now: datetime) -> "ReviewRound":
        """Show a later revision in this one's place. Takes an untouched round, of a locked submission.

        It keeps its place in the queue: nobody has lost any time on it, and whoever improves what waits should not
        wait longer for that than who leaves the mistakes in."""
        changed = {"revision": revision, "why": why, "shown_at": now, **figures}
        for name, value in changed.items():
            setattr(self, name, value)
        self.save(update_fields=list(changed))
        self.skips.exclude(pk__in=self.skips.carried_over().values("pk")).delete()
        return self

    @property
    def slots(self) -> int:
        """How many reviewers may hold it at once."""
        return rules.slots(self.required_reviews)

    @property
    def single_approval_at(self) -> datetime:
        """From when on one approval is enough, and change requests on earlier revisions have expired."""
        return self.shown_at + timedelta(days=self.single_approval_days)

    @property
    def left_to_earlier_reviewers_until(self) -> datetime:
        """Until when it is offered to those first who have reviewed an earlier revision: as long as a claim lasts."""
        return self.submitted_at + timedelta(days=self.claim_days)

    def is_full(self, now: datetime) -> bool:
        """Whether as many as may hold it do so, or have reviewed it."""
        return self.claims.holding_slot(now).count() >= self.slots

    @property
    def accepted_at(self) -> datetime | None:
        """When the group accepted it: as written down, or by time alone, whether that is written down yet or not."""
        return self.accepted_by(timezone.now())

    def accepted_by(self, now: datetime) -> datetime | None:
        """When the group accepted it, if it had by then."""
        written = self.acceptance.accepted_at if hasattr(self, "acceptance") else None
        if not rules.is_accepted(written, self.accepts_at, now):
            return None
        return written or self.accepts_at

    @property
    def removed_from_playbook_at(self) -> datetime | None:
        """When its author removed it from the playbook."""
        return self.acceptance.removed_from_playbook_at if hasattr(self, "acceptance") else None

    @property
    def is_current(self) -> bool:
        """Whether no later revision has taken its place."""
        return not ReviewRound.objects.filter(submission=self.submission_id, pk__gt=self.pk).exists()

    def required_approvals(self, now: datetime) -> int:
        """How many approvals accept it."""
        return rules.Facts(self.required_reviews, self.single_approval_at).approvals_needed(now)

    def status_for(self, viewer, now: datetime | None = None) -> Status:
        """What has become of it, as facts. What came `with_status_data` asks the database nothing more."""
        now = now or timezone.now()
        with_status_data = (
            self if hasattr(self, "live_claims") else ReviewRound.objects.with_status_data(now).get(pk=self.pk)
        )
        return status_of(with_status_data, viewer, now)

    def action_in_queue(self, status: Status, *, at_limit: bool) -> Action:
        """What its viewer can do next. Takes a round of `queue_of`, with its status for the same viewer."""
        return action_of(
            status,
            holds=self.place == QueueSection.CLAIMED,
            may_claim=self.place == QueueSection.AVAILABLE,
            is_re_review=self.reviewed_before_by_me,
            at_limit=at_limit,
        )

    # Changes

    def begin_change(self, now: datetime) -> None:
        """Lock the group, then the submission, and write down what time has accepted of it until now. Every verb on a
        round, its claims and its reviews begins so."""
        self.submission.group.lock()
        self.submission.lock()
        ReviewRound.objects.filter(submission=self.submission_id).write_acceptances(now)

    def end_change(self, now: datetime) -> None:
        """Reckon when it is accepted, and accept it if that is now. Belongs to the transaction of `begin_change`."""
        ReviewRound.objects.filter(submission=self.submission_id).update_accepts_at(now)

    def notify_submitted(self, now: datetime) -> None:
        """Tell the other members who are available that this revision waits: who has reviewed or claimed an earlier one
        that it is revised, the others that their review is needed; these only where the first are fewer than its slots.

        Of a text that replaced another nobody is told twice, but their notification names the later revision."""
        submission = self.submission
        members = submission.group.memberships.available_for_review(now).exclude(person=submission.summary.author_id)
        others = [each.person for each in members.select_related("person")]
        readers = set(submission.rounds.values_list("reviews__reviewer", flat=True))
        readers |= set(self.claims.live(now).values_list("reviewer", flat=True))
        earlier = [person for person in others if person.pk in readers]
        subject = submission.notification_subject
        notifications.notify_revised(subject, self.pk, self.revision.number, earlier, now)
        if len(earlier) < self.slots:
            new = [person for person in others if person.pk not in readers]
            notifications.notify_review_needed(subject, self.pk, new, now)

    def reviewer_facts(self, person: "User | None", *, editing: bool = False) -> rules.ReviewerFacts:
        """What decides whether a person may review it, read afresh; nothing of claims. `editing`: without whether they
        have reviewed it."""
        submission = Submission.objects.select_related("summary__author", "group").get(pk=self.submission_id)
        members, author = Membership.objects.filter(group=submission.group_id), submission.summary.author
        return rules.ReviewerFacts(
            is_archived=submission.group.archived_at is not None,
            is_member=person is not None and members.filter(person=person).exists(),
            is_author=person is not None and author == person,
            author_is_member=members.with_open_account().filter(person=author).exists(),
            is_withdrawn=submission.withdrawn_at is not None,
            is_current=self.is_current,
            has_reviewed=not editing and self.reviews.filter(reviewer=person).exists(),
        )

    def why_not_reviewable(self, person: "User | None", *, editing: bool = False) -> RuleViolation | None:
        """Why a person may not review it, or, `editing`, edit the review they sent; None if they may."""
        why = rules.why_not_reviewable(self.reviewer_facts(person, editing=editing), editing=editing)
        return self._refusal(why) if why else None

    def refuse_unless_reviewable_by(self, person: "User | None", *, editing: bool = False) -> None:
        """Raises RuleViolation where a person may not review it."""
        if refusal := self.why_not_reviewable(person, editing=editing):
            raise refusal

    def _refusal(self, why: rules.Why) -> RuleViolation:
        kind = ClaimLimitReached if why == rules.Why.CLAIM_LIMIT else RuleViolation
        return kind(why, group=self.submission.group, number=self.revision.number)

    def facts_for_claim(self, reviewer: "User", now: datetime) -> rules.ReviewerFacts:
        """What decides whether a person may claim it, read afresh. Of a locked submission."""
        mine = Review.objects.filter(round__submission=self.submission_id, reviewer=reviewer)
        return replace(
            self.reviewer_facts(reviewer),
            has_reviewed_earlier=mine.filter(round__lt=self.pk).exists(),
            has_open_request=mine.blocking(now).exists(),
            is_accepted=Acceptance.objects.filter(round=self).exists(),
            holds=Claim.objects.awaited_from(reviewer, now).count(),
            slots=self.slots,
            slots_taken=self.claims.holding_slot(now).count(),
        )

    @transaction.atomic
    def claim(self, reviewer: "User", now: datetime | None = None) -> Claim | None:
        """Take it to review, for `claim_days`. None if others have all of its slots.

        Who holds it already gets the claim they have. Raises RuleViolation where it is not theirs to take,
        ClaimLimitReached where they hold two others and have not reviewed an earlier revision of it."""
        now = now or timezone.now()
        self.begin_change(now)
        # Two presses of one person in two groups wait for each other here.
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk=reviewer.pk).values("pk"))
        if mine := self.claims.live(now).filter(reviewer=reviewer).first():
            return mine
        self.refresh_from_db(fields=["required_reviews", "claim_days"])
        why = rules.why_not_claimable(self.facts_for_claim(reviewer, now))
        if why == rules.Why.NO_FREE_SLOT:
            return None
        if why:
            raise self._refusal(why)
        self.expire_claims(now)
        if mine := self._take_slot(reviewer, now):
            self.skips.filter(reviewer=reviewer).delete()
        self.end_change(now)
        return mine

    def _take_slot(self, reviewer: "User", now: datetime) -> Claim | None:
        for slot in self.free_slots(reviewer, now):
            expires_at = now + timedelta(days=self.claim_days)
            claim = Claim(round=self, slot=slot, reviewer=reviewer, taken_at=now, expires_at=expires_at)
            # Whoever came a moment earlier has it: the database says so, nobody counts.
            Claim.objects.bulk_create([claim], ignore_conflicts=True)
            if mine := self.claims.filter(reviewer=reviewer, ended_at=None).first():
                Reminder.objects.create_for_claim(mine)
                key, is_full = self.submission.notification_key, self.is_full(now)
                notifications.resolve_claimed(key, reviewer, is_full=is_full, now=now)
                return mine
        return None

    def expire_claims(self, now: datetime) -> int:
        """End the claims that hold no slot any more, so that others can have theirs; an open change request ends with
        its slot. Says how many claims were ended."""
        over = self.claims.filter(ended_at=None).exclude(pk__in=self.claims.holding_slot(now).values("pk"))
        Review.objects.open_change_requests().filter(claim__in=over.values("pk")).update(
            withdrawn_at=now, change_request_ended_because=ChangeRequestEnd.SLOT_TAKEN
        )
        return over.update(ended_at=now)

    def free_slots(self, reviewer: "User", now: datetime) -> list[int]:
        """The slots that this reviewer could take. Takes a round of a locked submission."""
        taken = set(self.claims.holding_slot(now).values_list("slot", flat=True))
        if len(taken) < self.slots:
            return [slot for slot in range(1, self.slots + 1) if slot not in taken]
        if Review.objects.filter(round__submission=self.submission_id, reviewer=reviewer).blocking(now).exists():
            # One more than required: whose request is open must be able to say that it is resolved.
            return [max(taken) + 1]
        return []

    def transfer_claims(self, following: "ReviewRound", now: datetime) -> None:
        """A newer revision has come: whoever was reading this one reads that one instead, with new time. Who skipped
        this one for what it is about is not asked again. Time alone accepts this one no more."""
        ReviewRound.objects.filter(pk=self.pk).update(accepts_at=None)
        readers = list(self.claims.live(now).order_by("slot").select_related("reviewer"))
        self.claims.end(now)
        for claim in readers:
            following._take_slot(claim.reviewer, now)
        lasting = self.skips.carried_over().values_list("reviewer", "reason", "explanation", "skipped_at")
        names = ("reviewer_id", "reason", "explanation", "skipped_at")
        following.skips.bulk_create(
            [following.skips.model(round=following, **dict(zip(names, each, strict=True))) for each in lasting]
        )

"""A review round: one revision of a submission, submitted to its group for review."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from groups.members.exceptions import ClaimLimitReached, RuleViolation
from groups.members.membership import Membership
from notes.revision import Revision
from readlist_site.base.accounts.models import User
from readlist_site.base.web.together import Together

from . import notifications, rules
from .claim import ChangeRequestEnd, Claim
from .reminder import Reminder
from .review import Review
from .review_round_queryset import ReviewRoundQuerySet
from .reviewer_facts import claim_state, reviewer_facts
from .round_data import fetch_with_status
from .status import QueueSection, Status, action_of, status_of
from .submission import Submission
from .webhook_events import record_submitted


class ReviewRound(models.Model):
    """A revision submitted to a group for review. `submitted_at` determines its position in the queue. The days until
    one approval is enough are counted from `shown_at`, which is later than `submitted_at` if the text was replaced.

    `claim_days` and `single_approval_days` are copied from the group when the revision is submitted. `accepts_at` is
    the moment from which the round is accepted if no fact changes, null for never. Every change that affects it updates
    it under the group's lock by `ReviewRoundQuerySet.update_accepts_at`; the Acceptance may be written later, with this
    date."""

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
        """Whether its author may replace its text in place: it is not accepted, nobody has ever claimed it, and nobody
        has posted in a thread about its submission since it was submitted."""
        untouched = ReviewRound.objects.filter(pk=self.pk, claims=None)
        unspoken = untouched.exclude(submission__threads__posts__created_at__gte=self.submitted_at)
        return not self.accepted_at and unspoken.exists()

    def replace(self, revision: Revision, figures: dict[str, int], why: str, now: datetime) -> "ReviewRound":
        """Replace the text by a later revision, and return the round. Takes a round that `can_be_replaced`, of a locked
        submission. Deletes the skips whose reason was the text.

        `submitted_at` stays, so that the round keeps its position in the queue: no reviewer has spent time on it, and
        an author who corrects mistakes should not wait longer than one who leaves them."""
        changed = {"revision": revision, "why": why, "shown_at": now, **figures}
        for name, value in changed.items():
            setattr(self, name, value)
        self.save(update_fields=list(changed))
        self.skips.exclude(pk__in=self.skips.carried_over().values("pk")).delete()
        return self

    @property
    def slots(self) -> int:
        """How many reviewers may claim it at once."""
        return rules.slots(self.required_reviews)

    @property
    def single_approval_at(self) -> datetime:
        """From when on one approval is enough, and change requests on earlier revisions have expired."""
        return self.shown_at + timedelta(days=self.single_approval_days)

    @property
    def left_to_earlier_reviewers_until(self) -> datetime:
        """Until when it is offered first to those who reviewed an earlier revision: for `claim_days`."""
        return self.submitted_at + timedelta(days=self.claim_days)

    def is_full(self, now: datetime) -> bool:
        """Return whether all of its slots are taken, by claims or by reviews."""
        return self.claims.holding_slot(now).count() >= self.slots

    @property
    def accepted_at(self) -> datetime | None:
        """When the group accepted it, whether its Acceptance is written yet or not; None if it is not accepted."""
        return self.accepted_by(timezone.now())

    def accepted_by(self, now: datetime) -> datetime | None:
        """Return when the group accepted it, if that was at or before `now`; otherwise None."""
        written = self.acceptance.accepted_at if hasattr(self, "acceptance") else None
        if not rules.is_accepted(written, self.accepts_at, now):
            return None
        return written or self.accepts_at

    @property
    def removed_from_playbook_at(self) -> datetime | None:
        """When its author removed it from the playbook; None if they did not."""
        return self.acceptance.removed_from_playbook_at if hasattr(self, "acceptance") else None

    @property
    def is_current(self) -> bool:
        """Whether it is the latest round of its submission."""
        return not ReviewRound.objects.filter(submission=self.submission_id, pk__gt=self.pk).exists()

    @property
    def earlier_rounds(self) -> list["ReviewRound"]:
        """The earlier rounds of its submission, oldest first."""
        return [each for each in self.submission.rounds.all() if each.pk < self.pk]

    @property
    def fetched_reviews(self) -> list[Review]:
        """Its reviews as fetched `with_status`, which fetches those of all rounds of its submission."""
        return [review for each in self.submission.rounds.all() if each.pk == self.pk for review in each.reviews.all()]

    def blocking_reviews(self, now: datetime) -> set[Review]:
        """Return the open change requests on its submission, if it was fetched `with_status`."""
        rounds = self.submission.rounds.all()
        reviews = {review.pk: review for each in rounds for review in each.reviews.all()}
        requests = rules.change_requests(reviews.values(), rounds, rules.members_of(self, now))
        return {reviews[key] for key, request in requests.items() if request.is_open(now)}

    def members_to_ask(self, now: datetime) -> list[Membership]:
        """Return the members whom the author can ask for a review: who are present, have not reviewed it, are not
        reviewing it, and are neither asked nor have declined. Takes a round of `status_queries`. Reads
        `Group.members`."""
        group, author = self.submission.group, self.submission.summary.author_id
        busy = {author, *(each.reviewer_id for each in (*self.live_claims, *self.fetched_reviews))}
        asked = {each.person_id for each in self.submission.fetched_requests if self.is_open_request(each)}
        present = {each.person_id for each in group.open_memberships if each.paused_until(now) is None}
        return [each for each in group.members if each.person_id in present - busy - asked]

    def is_open_request(self, request) -> bool:
        """Return whether a request of the author for a review was neither answered by a review, nor declined before
        this revision."""
        if request.declined_at:
            return request.declined_at >= self.shown_at
        rounds = self.submission.rounds.all()
        reviews = [each for round in rounds for each in round.reviews.all() if each.reviewer_id == request.person_id]
        return not any(review.submitted_at >= request.requested_at for review in reviews)

    def status_for(self, viewer, now: datetime | None = None) -> Status:
        """Return its status for a viewer. Uses no query if the round was fetched `with_status`."""
        now = now or timezone.now()
        has_data = hasattr(self, "live_claims")
        return status_of(self if has_data else fetch_with_status([self.pk], now)[0], viewer, now)

    def set_action(self, viewer, *, at_limit: bool, now: datetime | None = None) -> None:
        """Set its `status` for the viewer, and the `action` that they can do next. Takes a round of `fetch_queued`."""
        self.status = self.status_for(viewer, now)
        self.action = action_of(
            self.status,
            holds=self.queue_section == QueueSection.CLAIMED,
            may_claim=self.queue_section == QueueSection.AVAILABLE,
            is_re_review=self.reviewed_before_by_me,
            at_limit=at_limit,
        )

    # Changes

    def begin_change(self, now: datetime) -> None:
        """Lock the group, then the submission, and record the acceptances that are due. Every change of a round, its
        claims or its reviews starts with this."""
        self.submission.group.lock()
        self.submission.lock()
        if _due(submission=self.submission_id, now=now)[0]:
            ReviewRound.objects.filter(submission=self.submission_id).write_acceptances(now)

    def end_change(self, now: datetime) -> None:
        """Update `accepts_at` and accept the round if that has come. Call it in the transaction of `begin_change`."""
        ReviewRound.objects.filter(submission=self.submission_id).update_accepts_at(now)

    def notify_submitted(self, now: datetime) -> None:
        """Notify the other available members of this revision: those who reviewed or claimed an earlier one that it is
        revised, and, if they are fewer than its slots, all others that their review is needed; and the webhook.

        If this revision replaced another in place, nobody is notified a second time; the notification names the later
        revision."""
        submission = self.submission
        members = submission.group.memberships.available_for_review(now).exclude(person=submission.summary.author_id)
        others = [each.person for each in members.select_related("person")]
        readers = set(submission.rounds.values_list("reviews__reviewer", flat=True))
        readers |= set(self.claims.live(now).values_list("reviewer", flat=True))
        earlier = [person for person in others if person.pk in readers]
        notifications.notify_revised(self, earlier, now)
        if len(earlier) < self.slots:
            notifications.notify_review_needed(self, [person for person in others if person.pk not in readers], now)
        record_submitted(self, now)

    def why_not_reviewable(self, person: User, *, editing: bool = False) -> RuleViolation | None:
        """Return why a person may not review it, or, with `editing`, edit their review; None if they may. As it was
        when the round was fetched `with_status`."""
        submission, group = self.submission, self.submission.group
        members = {each.person_id for each in group.open_memberships}
        facts = rules.ReviewerFacts(
            is_archived=group.archived_at is not None,
            is_member=person.pk in members,
            is_author=person.pk == submission.summary.author_id,
            author_is_member=submission.summary.author_id in members,
            is_withdrawn=submission.is_withdrawn,
            is_current=all(each.pk <= self.pk for each in submission.rounds.all()),
            has_reviewed=any(each.reviewer_id == person.pk for each in self.fetched_reviews),
        )
        why = rules.why_not_reviewable(facts, editing=editing)
        return self._refusal(why) if why else None

    def refuse_unless_reviewable_by(self, person: User, *, editing: bool = False) -> None:
        """Raise RuleViolation if a person may not review it now, or, with `editing`, edit their review."""
        if why := rules.why_not_reviewable(reviewer_facts(self, person, editing=editing), editing=editing):
            raise self._refusal(why)

    def _refusal(self, why: rules.Why) -> RuleViolation:
        kind = ClaimLimitReached if why == rules.Why.CLAIM_LIMIT else RuleViolation
        return kind(why, group=self.submission.group, number=self.revision.number)

    @transaction.atomic
    def claim(self, reviewer: User, now: datetime | None = None) -> Claim | None:
        """Claim it for `claim_days`. Returns the claim, the existing one if the reviewer has a live claim, or None if
        no slot is free. Deletes the reviewer's skip.

        Locks the group, the submission and the person. Raises RuleViolation if the reviewer may not claim it, and
        ClaimLimitReached if they are at the claim limit and have not reviewed an earlier revision."""
        now = now or timezone.now()
        self.begin_change(now)
        # Serialises a person's claims in different groups, for the claim limit.
        list(User.objects.select_for_update(no_key=True).filter(pk=reviewer.pk).values("pk"))
        if mine := self.claims.live(now).filter(reviewer=reviewer).first():
            return mine
        state = claim_state(self, reviewer, now)
        self.required_reviews, self.claim_days = state.required_reviews, state.claim_days
        why = rules.why_not_claimable(state.facts)
        if why == rules.Why.NO_FREE_SLOT:
            return None
        if why:
            raise self._refusal(why)
        if state.is_any_over:
            self.expire_claims(now)
        slots = self._free_of(state.taken, has_open_request=state.facts.has_open_request)
        if mine := self._take_slot(reviewer, slots, now):
            self.skips.filter(reviewer=reviewer).delete()
        self.end_change(now)
        return mine

    def _take_slot(self, reviewer: User, slots: list[int], now: datetime) -> Claim | None:
        for slot in slots:
            expires_at = now + timedelta(days=self.claim_days)
            claim = Claim(round=self, slot=slot, reviewer=reviewer, taken_at=now, expires_at=expires_at)
            # If another reviewer took the slot first, the unique constraint makes the insert do nothing.
            Claim.objects.bulk_create([claim], ignore_conflicts=True)
            if mine := self.claims.filter(reviewer=reviewer, ended_at=None).first():
                Reminder.objects.create_for_claim(mine)
                notifications.resolve_claimed(self.submission, reviewer, is_full=self.is_full(now), now=now)
                return mine
        return None

    def expire_claims(self, now: datetime) -> int:
        """End the claims that no longer occupy a slot, so that it can be taken, and the open change requests that
        belong to them. Return how many claims ended."""
        over = self.claims.filter(ended_at=None).exclude(pk__in=self.claims.holding_slot(now).values("pk"))
        Review.objects.open_change_requests().filter(claim__in=over.values("pk")).update(
            withdrawn_at=now, change_request_ended_because=ChangeRequestEnd.SLOT_TAKEN
        )
        return over.update(ended_at=now)

    def free_slots(self, reviewer: User, now: datetime) -> list[int]:
        """Return the slots that this reviewer can take. Lock the submission first."""
        taken = frozenset(self.claims.holding_slot(now).values_list("slot", flat=True))
        if len(taken) < self.slots:
            return self._free_of(taken)
        mine = Review.objects.filter(round__submission=self.submission_id, reviewer=reviewer)
        return self._free_of(taken, has_open_request=mine.blocking(now).exists())

    def _free_of(self, taken: frozenset[int], *, has_open_request: bool = False) -> list[int]:
        if len(taken) < self.slots:
            return [slot for slot in range(1, self.slots + 1) if slot not in taken]
        # A reviewer with an open change request gets an extra slot, so that they can resolve it.
        return [max(taken) + 1] if has_open_request else []

    def transfer_claims(self, following: "ReviewRound", now: datetime) -> None:
        """Transfer the live claims to the next round, with a new expiry, and end all claims without a review on this
        one. Copies the skips that also apply to the next revision, and clears `accepts_at` of this round."""
        ReviewRound.objects.filter(pk=self.pk).update(accepts_at=None)
        readers = list(self.claims.live(now).order_by("slot").select_related("reviewer"))
        self.claims.end(now)
        for claim in readers:
            following._take_slot(claim.reviewer, following.free_slots(claim.reviewer, now), now)
        lasting = self.skips.carried_over().values_list("reviewer", "reason", "explanation", "skipped_at")
        names = ("reviewer_id", "reason", "explanation", "skipped_at")
        following.skips.bulk_create(
            [following.skips.model(round=following, **dict(zip(names, each, strict=True))) for each in lasting]
        )


@Together
def _due(submission: int, now: datetime) -> list[models.QuerySet]:
    return [ReviewRound.objects.filter(submission=submission).due(now).order_by().values_list("pk", flat=True)]

"""One revision's turn at being reviewed in one group."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from groups import notices
from groups.refused import HandsFull, Refused
from notes.models import Revision

from .acceptance import Acceptance
from .claim import LASTS, Claim
from .group import Archived
from .membership import Membership
from .queue import Place, RoundQuerySet
from .reminder import Reminder
from .review import PATIENCE, Review
from .state import State, state_of
from .submission import Submission

if TYPE_CHECKING:
    from readlist_site.accounts.models import User


class Round(models.Model):
    """`wanted` reviews are asked for: min(2, other active members) when its text is shown, only ever lowered. With
    `submitted_at` goes its place in the queue, with `shown_at` the patience for its text: another that takes the place
    of one that nobody has touched begins that anew.

    With nobody else in the group `wanted` is 0; one approval is then still what accepts it."""

    Place = Place

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rounds")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rounds")
    wanted = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(default=timezone.now, help_text="Since when the group has had this text.")
    why = models.CharField(max_length=200, blank=True, help_text="One line on why the text changed, for this group.")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "revision"], name="groups_one_round_per_revision"),
            models.CheckConstraint(condition=models.Q(wanted__lte=2), name="groups_wanted_at_most_two"),
        ]

    def __str__(self) -> str:
        return f"{self.submission}, revision {self.revision.number}"

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has taken it up or talked about it: its author may replace it without a trace."""
        spoken = self.submission.threads.filter(posts__created_at__gte=self.submitted_at)
        return not self.accepted_at and not self.claims.exists() and not spoken.exists()

    def replace(self, revision: Revision, wanted: int, why: str, now: datetime) -> "Round":
        """Show a later revision in this one's place. Takes an untouched round, of a locked submission.

        It keeps its place in the queue: nobody has lost any time on it, and whoever improves what waits should not
        wait longer for that than who leaves the mistakes in."""
        self.revision, self.wanted, self.why, self.shown_at = revision, wanted, why, now
        self.save(update_fields=["revision", "wanted", "why", "shown_at"])
        self.skips.exclude(pk__in=self.skips.lasting().values("pk")).delete()
        return self

    @property
    def slots(self) -> int:
        """How many reviewers may hold it at once."""
        return max(1, self.wanted)

    def is_full(self, now: datetime) -> bool:
        """Whether as many as are wanted hold or have reviewed it."""
        return self.claims.occupying(now).count() >= self.slots

    @property
    def accepted_at(self) -> datetime | None:
        """When the group said yes to it."""
        return self.acceptance.accepted_at if hasattr(self, "acceptance") else None

    @property
    def is_current(self) -> bool:
        """Whether no later revision has taken its place."""
        return not Round.objects.filter(submission=self.submission_id, pk__gt=self.pk).exists()

    def approvals_asked(self, now: datetime) -> int:
        """How many approvals accept it: as many as wanted, after seven days one."""
        return 1 if now >= self.shown_at + PATIENCE else self.slots

    def state_for(self, viewer, now: datetime | None = None) -> State:
        """What has become of it, in the viewer's words: "waits for a reviewer", "Tomás asked for changes".

        What came `with_facts` asks the database nothing more."""
        now = now or timezone.now()
        with_facts = self if hasattr(self, "live_claims") else Round.objects.with_facts(now).get(pk=self.pk)
        return state_of(with_facts, viewer, now)

    def closed_to(self, person: "User | None", *, correcting: bool = False) -> str:
        """Why a person may not review it, or correct their review of it, as a sentence; nothing if they may."""
        submission = Submission.objects.select_related("summary__author", "group").get(pk=self.submission_id)
        author = submission.summary.author
        if submission.group.archived_at:
            return str(Archived(submission.group))
        if person is None or not Membership.objects.filter(group=submission.group_id, person=person).exists():
            return "Only members of the group review its summaries."
        if author == person:
            return "Nobody reviews their own summary."
        if not Membership.objects.there().filter(group=submission.group_id, person=author).exists():
            return "Its author has left."
        if submission.withdrawn_at:
            return "Its author has taken it back."
        if not self.is_current:
            return "A newer revision has come since."
        if not correcting and self.reviews.filter(reviewer=person).exists():
            return f"You have reviewed revision {self.revision.number} already."
        return ""

    @transaction.atomic
    def claim(self, reviewer: "User", now: datetime | None = None) -> Claim | None:
        """Take it to review, for three days. None if others have all of its slots.

        Who holds it already gets the claim they have. Raises Refused where it is not theirs to take."""
        now = now or timezone.now()
        # Two presses of one person wait for each other here, presses of different people at the submission.
        list(get_user_model().objects.select_for_update(no_key=True).filter(pk=reviewer.pk).values("pk"))
        self.submission.lock()
        if mine := self.claims.live(now).filter(reviewer=reviewer).first():
            return mine
        if reason := self.closed_to(reviewer):
            raise Refused(reason)
        if Acceptance.objects.filter(round=self).exists():
            raise Refused("It is accepted already.")
        if Claim.objects.fill_the_hands_of(reviewer, now):
            raise HandsFull("You hold two reviews. Send one of them, or give it back, before you take another.")
        self.claims.lapse(now)
        if mine := self._take_slot(reviewer, now):
            self.skips.filter(reviewer=reviewer).delete()
        return mine

    def _take_slot(self, reviewer: "User", now: datetime) -> Claim | None:
        for slot in self.free_slots(reviewer, now):
            claim = Claim(round=self, slot=slot, reviewer=reviewer, taken_at=now, expires_at=now + LASTS)
            # Whoever came a moment earlier has it: the database says so, nobody counts.
            Claim.objects.bulk_create([claim], ignore_conflicts=True)
            if mine := self.claims.filter(reviewer=reviewer, ended_at=None).first():
                Reminder.objects.of_claim(mine)
                notices.settle_taken(mine, now)
                return mine
        return None

    def free_slots(self, reviewer: "User", now: datetime) -> list[int]:
        """The places that this reviewer could take. Takes a round of a locked submission."""
        taken = set(self.claims.occupying(now).values_list("slot", flat=True))
        if len(taken) < self.slots:
            return [slot for slot in range(1, self.slots + 1) if slot not in taken]
        if Review.objects.filter(round__submission=self.submission_id, reviewer=reviewer).standing(now).exists():
            # One more than wanted: whose request stands must be able to say that it is met.
            return [max(taken) + 1]
        return []

    def hand_over(self, following: "Round", now: datetime) -> None:
        """A newer revision has come: whoever was reading this one reads that one instead, with new time. Who passed
        this one over for what it is about is not asked again."""
        readers = list(self.claims.live(now).order_by("slot").select_related("reviewer"))
        self.claims.end(now)
        for claim in readers:
            following._take_slot(claim.reviewer, now)
        lasting = self.skips.lasting().values_list("reviewer", "reason", "words", "skipped_at")
        names = ("reviewer_id", "reason", "words", "skipped_at")
        following.skips.bulk_create(
            [following.skips.model(round=following, **dict(zip(names, each, strict=True))) for each in lasting]
        )

    @transaction.atomic
    def settle(self, now: datetime | None = None) -> bool:
        """Accept it if the group has agreed: enough approvals, and no request for changes that stands. Says whether."""
        now = now or timezone.now()
        fresh = self.submission.lock()
        if fresh.withdrawn_at or not self.is_current:
            return False
        approvals = self.reviews.filter(decision=Review.Decision.APPROVE).count()
        wanted = Round.objects.get(pk=self.pk).approvals_asked(now)
        if approvals < wanted or Review.objects.filter(round__submission=fresh).standing(now).exists():
            return False
        acceptance, is_new = Acceptance.objects.get_or_create(round=self, defaults={"accepted_at": now})
        if is_new:
            notices.tell_accepted(acceptance)
        return True

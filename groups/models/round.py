"""One revision's turn at being reviewed in one group."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDay
from django.utils import timezone

from groups.refused import Refused
from notes.models import Revision

from .acceptance import Acceptance
from .claim import AT_ONCE, LASTS, Claim
from .group import Group
from .membership import Membership
from .review import PATIENCE, Review
from .state import State, state_of
from .submission import Submission

if TYPE_CHECKING:
    from readlist_site.accounts.models import User


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user) -> "RoundQuerySet":
        """The rounds of the submissions that a person may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user))

    def current(self) -> "RoundQuerySet":
        """The latest of each submission that was not taken back."""
        later = Round.objects.filter(submission=OuterRef("submission"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), submission__withdrawn_at=None)

    def waiting(self) -> "RoundQuerySet":
        """Those that a group has still to agree on, and whose author is there to answer."""
        author_is_there = Membership.objects.filter(
            group=OuterRef("submission__group"), person=OuterRef("submission__summary__author")
        )
        return self.current().filter(Exists(author_is_there), acceptance=None)

    def open_for(self, user, now: datetime | None = None) -> "RoundQuerySet":
        """What a member may take to review, the fairest match first: what they read an earlier revision of, then what
        has fewest reviews and reviewers, then what has waited most days, then whom they have reviewed least."""
        return self._seen_by(user, now or timezone.now()).filter(place=Round.Place.OPEN).order_by(*FAIREST_FIRST)

    def waiting_in(self, group: Group, viewer, now: datetime | None = None) -> "RoundQuerySet":
        """All that waits in a group, by its `place` for the viewer: what they hold, what they may take, what is with
        others, and their own; each with its facts."""
        now = now or timezone.now()
        here = self._seen_by(viewer, now).filter(submission__group=group)
        return here.with_facts(now).order_by("place", *FAIREST_FIRST)

    def with_facts(self, now: datetime | None = None) -> "RoundQuerySet":
        """With all that saying their state needs, in four queries."""
        now = now or timezone.now()
        reviews = Review.objects.select_related("reviewer").annotate(
            stands=Exists(Review.objects.filter(pk=OuterRef("pk")).standing(now))
        )
        return self.select_related(
            "revision", "acceptance", "submission__group", "submission__summary__author", "submission__summary__topic"
        ).prefetch_related(
            Prefetch("claims", Claim.objects.live(now).select_related("reviewer"), to_attr="live_claims"),
            Prefetch("submission__rounds", Round.objects.select_related("revision")),
            Prefetch("submission__rounds__reviews", reviews),
        )

    def _seen_by(self, user, now: datetime) -> "RoundQuerySet":
        """What waits in the groups of a person, with its `place` for them and what the fairest match depends on."""
        if not user.is_authenticated:
            return self.none()
        reviews = Review.objects.filter(round__submission=OuterRef("submission"), round__lt=OuterRef("pk"))
        taken = Claim.objects.occupying(now).filter(round=OuterRef("pk")).order_by().values("round")
        pair = Review.objects.filter(
            reviewer=user, round__submission__summary__author=OuterRef("submission__summary__author")
        )
        is_free = Q(taken__lt=F("wanted")) | Q(taken=0) | Q(my_request_stands=True)
        return (
            self.visible_to(user)
            .waiting()
            .select_related(
                "revision", "submission__group", "submission__summary__author", "submission__summary__topic"
            )
            .annotate(
                taken=Coalesce(Subquery(taken.annotate(n=Count("pk")).values("n")), 0),
                i_hold=Exists(Claim.objects.live(now).filter(round=OuterRef("pk"), reviewer=user)),
                i_said=Exists(Review.objects.filter(round=OuterRef("pk"), reviewer=user)),
                i_read_before=Exists(reviews.filter(reviewer=user)),
                others_read_before=Exists(reviews.exclude(reviewer=user).filter(reviewer__isnull=False)),
                my_request_stands=Exists(reviews.filter(reviewer=user).standing(now)),
                changes_asked=Exists(Review.objects.filter(round=OuterRef("pk"), decision=Review.Decision.CHANGES)),
                pair=Coalesce(Subquery(pair.order_by().values("reviewer").annotate(n=Count("pk")).values("n")), 0),
                day=TruncDay("submitted_at", tzinfo=UTC),
            )
            .annotate(
                place=Case(
                    When(submission__summary__author=user, then=Round.Place.OWN),
                    When(i_hold=True, then=Round.Place.HELD),
                    When(is_free, i_said=False, then=Round.Place.OPEN),
                    default=Round.Place.OTHERS,
                    output_field=models.IntegerField(),
                ),
                turn=Case(
                    When(i_read_before=True, then=Value(0)),
                    # A new revision is left to those who know the earlier one, for as long as a claim would last.
                    When(others_read_before=True, submitted_at__gt=now - LASTS, then=Value(2)),
                    # Its author is about to change it.
                    When(changes_asked=True, then=Value(2)),
                    default=Value(1),
                ),
            )
        )

    @transaction.atomic
    def lower_wanted(self, group: Group, now: datetime | None = None) -> None:
        """Somebody has left: ask for no more reviews than there are others to give them, and see what that settles."""
        others = max(0, group.memberships.count() - 1)
        here = self.waiting().filter(submission__group=group)
        here.filter(wanted__gt=others).update(wanted=others)
        here.settle_due(now)

    def settle_due(self, now: datetime | None = None) -> int:
        """Write down what time has decided: the acceptances that nobody's act brought about. Says how many."""
        approved = Review.objects.filter(round=OuterRef("pk"), decision=Review.Decision.APPROVE)
        due = self.waiting().filter(Exists(approved)).select_related("submission").order_by("submission")
        return sum(each.settle(now) for each in due)


FAIREST_FIRST = ("turn", "taken", "day", "pair", "submitted_at", "pk")


class Round(models.Model):
    """`wanted` reviews are asked for: min(2, other active members) when it is submitted, only ever lowered.

    With nobody else in the group `wanted` is 0; one approval is then still what accepts it."""

    class Place(models.IntegerChoices):
        """Where a round stands in a member's queue."""

        HELD = 0, "yours to review"
        OPEN = 1, "waiting for a reviewer"
        OTHERS = 2, "with others"
        OWN = 3, "your own"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rounds")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="rounds")
    wanted = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(default=timezone.now)

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
    def slots(self) -> int:
        """How many reviewers may hold it at once."""
        return max(1, self.wanted)

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
        return 1 if now >= self.submitted_at + PATIENCE else self.slots

    def state_for(self, viewer, now: datetime | None = None) -> State:
        """What has become of it, in the viewer's words. What came `with_facts` asks the database nothing more."""
        now = now or timezone.now()
        with_facts = self if hasattr(self, "live_claims") else Round.objects.with_facts(now).get(pk=self.pk)
        return state_of(with_facts, viewer, now)

    def closed_to(self, person: "User | None") -> str:
        """Why a person may not review it, as a sentence; nothing if they may."""
        submission = Submission.objects.select_related("summary__author").get(pk=self.submission_id)
        author = submission.summary.author
        if person is None or not Membership.objects.filter(group=submission.group_id, person=person).exists():
            return "Only members of the group review its summaries."
        if author == person:
            return "Nobody reviews their own summary."
        if submission.withdrawn_at:
            return "Its author has taken it back."
        if not self.is_current:
            return "A newer revision has come since."
        if self.reviews.filter(reviewer=person).exists():
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
        if Claim.objects.held_by(reviewer, now).count() >= AT_ONCE:
            raise Refused("You hold two reviews. Send one of them, or give it back, before you take another.")
        self.claims.lapse(now)
        return self._take_slot(reviewer, now)

    def _take_slot(self, reviewer: "User", now: datetime) -> Claim | None:
        for slot in self._free_slots(reviewer, now):
            claim = Claim(round=self, slot=slot, reviewer=reviewer, taken_at=now, expires_at=now + LASTS)
            # Whoever came a moment earlier has it: the database says so, nobody counts.
            Claim.objects.bulk_create([claim], ignore_conflicts=True)
            if mine := self.claims.filter(reviewer=reviewer, ended_at=None).first():
                return mine
        return None

    def _free_slots(self, reviewer: "User", now: datetime) -> list[int]:
        taken = set(self.claims.occupying(now).values_list("slot", flat=True))
        if len(taken) < self.slots:
            return [slot for slot in range(1, self.slots + 1) if slot not in taken]
        if Review.objects.filter(round__submission=self.submission_id, reviewer=reviewer).standing(now).exists():
            # One more than wanted: whose request stands must be able to say that it is met.
            return [max(taken) + 1]
        return []

    def hand_over(self, following: "Round", now: datetime) -> None:
        """A newer revision has come: whoever was reading this one reads that one instead, with new time."""
        live = self.claims.live(now).filter(reviewer__isnull=False)
        readers = list(live.order_by("slot").select_related("reviewer"))
        self.claims.end(now)
        for claim in readers:
            following._take_slot(claim.reviewer, now)

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
        Acceptance.objects.get_or_create(round=self, defaults={"accepted_at": now})
        return True

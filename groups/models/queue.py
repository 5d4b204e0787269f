"""What waits for review, and for whom: the queue of a group, in the order that is fairest to its authors."""

from datetime import UTC, datetime

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDay
from django.utils import timezone

from groups.refused import HandsFull, Refused

from .claim import LASTS, Claim
from .former_review import FormerReview
from .group import Group
from .membership import Membership
from .review import PATIENCE, Review
from .skip import Skip
from .submission import Submission

FAIREST_FIRST = ("i_skipped", "turn", "taken", "day", "pair", "submitted_at", "pk")


class Place(models.IntegerChoices):
    """Where a round stands in a member's queue."""

    HELD = 0, "yours to review"
    OPEN = 1, "waiting for a reviewer"
    OTHERS = 2, "with others"
    OWN = 3, "your own"


def authors_place() -> QuerySet[Membership]:
    """The membership of a round's author, as long as they can answer."""
    return Membership.objects.there().filter(
        group=OuterRef("submission__group"), person=OuterRef("submission__summary__author")
    )


def beside_the_author(there: QuerySet[Membership] | None = None) -> QuerySet[Membership]:
    """Those in a round's group who did not write it."""
    there = Membership.objects.there() if there is None else there
    return there.filter(group=OuterRef("submission__group")).exclude(person=OuterRef("submission__summary__author"))


def others_of_the_author(now: datetime) -> QuerySet[Membership]:
    """Those of them of whom reviews are wanted. An author who is away has all the others still."""
    return beside_the_author(Membership.objects.active(now))


def how_many(rows: QuerySet, of: str) -> Coalesce:
    """These rows counted inside another query; all are of one group, or of what else they have in common."""
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user) -> "RoundQuerySet":
        """The rounds of the submissions that a person may see."""
        return self.filter(submission__in=Submission.objects.visible_to(user))

    def current(self) -> "RoundQuerySet":
        """The latest of each submission that was not taken back."""
        later = self.model.objects.filter(submission=OuterRef("submission"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), submission__withdrawn_at=None)

    def waiting(self) -> "RoundQuerySet":
        """Those that a group has still to agree on, and whose author is there to answer."""
        return self.current().filter(Exists(authors_place()), acceptance=None, submission__group__archived_at=None)

    def open_for(self, user, now: datetime | None = None) -> "RoundQuerySet":
        """What a member may take to review, the fairest match first: what they read an earlier revision of, then what
        has fewest reviews and reviewers, then what has waited most days, then whom they have reviewed least. What they
        have passed over comes after all that."""
        return self._seen_by(user, now or timezone.now()).filter(place=Place.OPEN).order_by(*FAIREST_FIRST)

    def next_for(self, user, now: datetime | None = None) -> "RoundQuerySet":
        """What of it "Review next" offers them: all that they have not passed over."""
        return self.open_for(user, now).filter(i_skipped=False)

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
            stands=Exists(Review.objects.filter(pk=OuterRef("pk")).standing(now)),
            changed_at=Subquery(
                FormerReview.objects.filter(review=OuterRef("pk")).order_by("-corrected_at").values("corrected_at")[:1]
            ),
        )
        reviewed, held, passed_over = (
            Exists(those.filter(round=OuterRef(OuterRef("pk")), reviewer=OuterRef("person")))
            for those in (Review.objects, Claim.objects.live(now), Skip.objects)
        )
        silent = beside_the_author().filter(~reviewed, ~held)
        could_read = others_of_the_author(now).filter(~reviewed, ~held, ~passed_over)
        return (
            self.annotate(
                others=how_many(others_of_the_author(now), "group"),
                silent=how_many(silent, "group"),
                somebody_could=Exists(could_read),
                author_is_there=Exists(authors_place()),
            )
            .select_related(
                "revision",
                "acceptance",
                "submission__group",
                "submission__summary__author",
                "submission__summary__topic",
            )
            .prefetch_related(
                Prefetch("claims", Claim.objects.live(now).select_related("reviewer"), to_attr="live_claims"),
                Prefetch("submission__rounds", self.model.objects.select_related("revision")),
                Prefetch("submission__rounds__reviews", reviews),
            )
        )

    def _seen_by(self, user, now: datetime) -> "RoundQuerySet":
        """What waits in the groups of a person, with its `place` for them and what the fairest match depends on."""
        if not user.is_authenticated:
            return self.none()
        reviews = Review.objects.filter(round__submission=OuterRef("submission"), round__lt=OuterRef("pk"))
        taken = Claim.objects.occupying(now).filter(round=OuterRef("pk"))
        pair = Review.objects.filter(
            reviewer=user, round__submission__summary__author=OuterRef("submission__summary__author")
        )
        is_free = Q(taken__lt=F("wanted")) | Q(taken=0) | Q(my_request_stands=True)
        return (
            # What was not taken back is there for all of the group.
            self.waiting()
            .filter(submission__group__in=Group.objects.visible_to(user))
            .select_related(
                "revision", "submission__group", "submission__summary__author", "submission__summary__topic"
            )
            .annotate(
                taken=how_many(taken, "round"),
                i_hold=Exists(Claim.objects.live(now).filter(round=OuterRef("pk"), reviewer=user)),
                i_skipped=Exists(Skip.objects.filter(round=OuterRef("pk"), reviewer=user)),
                i_said=Exists(Review.objects.filter(round=OuterRef("pk"), reviewer=user)),
                i_read_before=Exists(reviews.filter(reviewer=user)),
                others_read_before=Exists(reviews.exclude(reviewer=user).filter(reviewer__isnull=False)),
                my_request_stands=Exists(reviews.filter(reviewer=user).standing(now)),
                changes_asked=Exists(Review.objects.requests().filter(round=OuterRef("pk"))),
                pair=how_many(pair, "reviewer"),
                day=TruncDay("submitted_at", tzinfo=UTC),
            )
            .annotate(
                place=Case(
                    When(submission__summary__author=user, then=Place.OWN),
                    When(i_hold=True, then=Place.HELD),
                    When(is_free, i_said=False, then=Place.OPEN),
                    default=Place.OTHERS,
                    output_field=models.IntegerField(),
                ),
                more=Case(
                    When(shown_at__lte=now - PATIENCE, then=Greatest(Value(1) - F("taken"), Value(0))),
                    default=Greatest(F("wanted") - F("taken"), Value(1) - F("taken"), Value(0)),
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

    def claim_fairest(self, reviewer, now: datetime | None = None) -> Claim | None:
        """Take the fairest match that is still to be had. None if there is none; raises HandsFull."""
        for each in self.next_for(reviewer, now):
            # Others may have taken it since the queue was read: a look costs less than waiting for the lock.
            if not each.my_request_stands and each.is_full(now or timezone.now()):
                continue
            try:
                if claim := each.claim(reviewer, now):
                    return claim
            except HandsFull:
                raise
            except Refused:
                # It was accepted, revised or taken back a moment ago.
                continue
        return None

    @transaction.atomic
    def lower_wanted(self, group: Group, now: datetime | None = None) -> None:
        """Somebody has left or gone away: ask for no more reviews than there are others to give them, and see what
        that settles."""
        self.filter(submission__group=group).settle_due(now)

    def settle_due(self, now: datetime | None = None) -> int:
        """Write down what nobody's act in the group has: fewer others than are wanted (an account was closed), and the
        acceptances that this or time brings about. Says how many.

        Where nothing is due these are two or three queries that lock nothing."""
        now = now or timezone.now()
        there_are = how_many(others_of_the_author(now), "group")
        over = self.waiting().annotate(there_are=there_are).filter(wanted__gt=F("there_are"))
        for key, most in over.values_list("pk", "there_are"):
            self.model.objects.filter(pk=key, wanted__gt=most).update(wanted=most)
        if not self.filter(acceptance=None, reviews__decision=Review.Decision.APPROVE).exists():
            return 0
        approved = Count("reviews", filter=Q(reviews__decision=Review.Decision.APPROVE))
        objected = Review.objects.filter(round__submission=OuterRef("submission")).standing(now)
        enough = Q(approved__gte=F("wanted")) | Q(shown_at__lte=now - PATIENCE)
        due = self.waiting().annotate(approved=approved).filter(enough, ~Exists(objected), approved__gte=1)
        return sum(each.settle(now) for each in due.select_related("submission").order_by("submission"))

"""What a reviewer says of one revision."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups.refused import Refused
from notes.models import Answer
from readlist_site.text import RENDERER_VERSION, render

from .claim import Claim
from .group import Group
from .membership import Membership
from .submission import Submission

# After so long one approval is enough, and a request for changes that was answered by a revision blocks no more.
PATIENCE = timedelta(days=7)


class ReviewQuerySet(models.QuerySet["Review"]):
    def standing(self, now: datetime | None = None) -> "ReviewQuerySet":
        """The requests for changes that keep their submission from being accepted.

        One stands against later revisions, too: until its reviewer reviews one, withdraws it, leaves the group or goes
        away, or until seven days after the revision that answered it."""
        answered_long_ago = Submission.objects.filter(
            pk=OuterRef("round__submission"),
            rounds__pk__gt=OuterRef("round"),
            rounds__submitted_at__lte=(now or timezone.now()) - PATIENCE,
        )
        said_since = Review.objects.filter(
            round__submission=OuterRef("round__submission"), round__gt=OuterRef("round"), reviewer=OuterRef("reviewer")
        )
        still_there = Membership.objects.active(now).filter(
            group=OuterRef("round__submission__group"), person=OuterRef("reviewer")
        )
        return self.filter(
            Exists(still_there),
            ~Exists(said_since),
            ~Exists(answered_long_ago),
            decision=Review.Decision.CHANGES,
            withdrawn_at=None,
        )

    def give(
        self,
        claim: Claim,
        decision: str,
        overall: str = "",
        verdicts: Iterable["Verdict"] = (),
        *,
        now: datetime | None = None,
    ) -> "Review":
        """Say it all at once, and see whether the revision is accepted by that. `verdicts` are unsaved: an answer of
        the revision each, with a word and a comment.

        A claim that has lapsed will do as long as nobody else has taken its slot. Raises Refused where the claim has
        ended, was used, or holds what is no longer to be reviewed; TextTooLong from rendering."""
        now = now or timezone.now()
        verdicts = list(verdicts)
        review = Review(
            round=claim.round, claim=claim, reviewer=claim.reviewer, decision=decision, overall=overall,
            overall_html=render(overall).html, renderer=RENDERER_VERSION, submitted_at=now,
        )  # fmt: skip
        for verdict in verdicts:
            verdict.comment_html = render(verdict.comment).html
        return self._keep(review, verdicts, now)

    @transaction.atomic
    def _keep(self, review: "Review", verdicts: list["Verdict"], now: datetime) -> "Review":
        round = review.round
        round.submission.lock()
        if reason := round.closed_to(review.reviewer):
            raise Refused(reason)
        if not Claim.objects.filter(pk=review.claim_id, ended_at=None).exists():
            raise Refused("Your time for this review ran out, and somebody else has taken it.")
        review.save(force_insert=True)
        for verdict in verdicts:
            verdict.review = review
        Verdict.objects.bulk_create(verdicts)
        round.settle(now)
        return review

    def balance_of(self, person, group: Group) -> tuple[int, int]:
        """How many reviews a person has given and received in a group: for their own eyes."""
        here = self.filter(round__submission__group=group)
        counts = here.aggregate(
            given=models.Count("pk", filter=models.Q(reviewer=person)),
            received=models.Count("pk", filter=models.Q(round__submission__summary__author=person)),
        )
        return counts["given"], counts["received"]


class Review(models.Model):
    """Approves the revision or asks for changes, with a verdict and a comment on each answer."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "approved"
        CHANGES = "changes", "asked for changes"

    round = models.ForeignKey("groups.Round", on_delete=models.CASCADE, related_name="reviews")
    claim = models.OneToOneField(Claim, on_delete=models.RESTRICT, related_name="review")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    overall = models.TextField(blank=True, help_text="Markdown: a word about the whole.")
    overall_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    submitted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When a request for changes was let go.")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reviewer"], name="groups_one_review_per_revision"),
            models.CheckConstraint(
                condition=models.Q(decision__in=["approve", "changes"]), name="groups_decision_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer or 'former member'} on {self.round}: {self.get_decision_display()}"

    @property
    def approves(self) -> bool:
        return self.decision == self.Decision.APPROVE


class Verdict(models.Model):
    """What a review says of one answer."""

    class Word(models.TextChoices):
        HOLDS = "holds", "it holds"
        NEEDS_WORK = "needs_work", "needs work"
        CANT_TELL = "cant_tell", "can’t tell"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="verdicts")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="verdicts")
    word = models.CharField(max_length=12, choices=Word.choices, blank=True)
    comment = models.TextField(blank=True, help_text="Markdown.")
    comment_html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["review", "answer__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "answer"], name="groups_one_verdict_per_answer"),
            models.CheckConstraint(
                condition=models.Q(word__in=["", "holds", "needs_work", "cant_tell"]),
                name="groups_verdict_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer.prompt_text} {self.get_word_display()}"

"""What a reviewer says of one revision."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from groups import notices, rules
from groups.refused import Refused
from notes.models import Answer
from readlist_site.drafts import Overtaken
from readlist_site.text import RENDERER_VERSION, render

from .claim import Claim
from .group import Group

if TYPE_CHECKING:
    pass


class ReviewQuerySet(models.QuerySet["Review"]):
    def requests(self) -> "ReviewQuerySet":
        """Those that ask for changes, and were not let go nor fell."""
        return self.filter(decision=Review.Decision.CHANGES, withdrawn_at=None)

    def standing(self, now: datetime | None = None) -> "ReviewQuerySet":
        """The change requests that keep their submission from being accepted: see `groups.rules.ChangeRequest`."""
        return rules.open_change_requests(self, now or timezone.now())

    def approving(self) -> "ReviewQuerySet":
        """Those that approve their revision, or did when it was accepted: no correction undoes that."""
        from .former_review import FormerReview

        accepted_at = OuterRef("round__acceptance__accepted_at")
        approved_then = FormerReview.objects.filter(
            review=OuterRef("pk"),
            decision=Review.Decision.APPROVE,
            said_at__lte=accepted_at,
            corrected_at__gte=accepted_at,
        )
        return self.filter(models.Q(decision=Review.Decision.APPROVE) | Exists(approved_then))

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
        review = Review(round=claim.round, claim=claim, reviewer=claim.reviewer, submitted_at=now)
        verdicts = review.say(decision, overall, verdicts)
        return self._keep(review, verdicts, now)

    @transaction.atomic
    def _keep(self, review: "Review", verdicts: list["Verdict"], now: datetime) -> "Review":
        round, reviewer = review.round, review.reviewer
        round.begin_change(now)
        round.refuse_unless_reviewable_by(reviewer)
        if not Claim.objects.filter(pk=review.claim_id, ended_at=None).exists():
            raise Refused("claim_expired")
        review.save(force_insert=True)
        for verdict in verdicts:
            verdict.review = review
        Verdict.objects.bulk_create(verdicts)
        review.drop_drafts()
        notices.tell_reviewed(review)
        notices.settle_waiting(round.submission, now, reviewer)
        round.end_change(now)
        return review

    def balance_of(self, person, group: Group) -> dict[str, int]:
        """How many reviews a person has `given` and `received` in a group, for their own eyes; and how many `all` its
        members have given each other, which names nobody."""
        here = self.filter(round__submission__group=group)
        return here.aggregate(
            given=models.Count("pk", filter=models.Q(reviewer=person)),
            received=models.Count("pk", filter=models.Q(round__submission__summary__author=person)),
            all=models.Count("pk"),
        )


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
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When a request for changes ended.")
    fell = models.BooleanField(
        default=False, help_text="It ended as its reviewer left or went away, without their word."
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reviewer"], name="groups_one_review_per_revision"),
            models.CheckConstraint(
                condition=models.Q(decision__in=["approve", "changes"]), name="groups_decision_known"
            ),
            models.CheckConstraint(
                condition=models.Q(fell=False) | models.Q(withdrawn_at__isnull=False), name="groups_what_fell_has_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer or 'former member'} on {self.round}: {self.get_decision_display()}"

    @property
    def approves(self) -> bool:
        return self.decision == self.Decision.APPROVE

    @property
    def corrected_at(self) -> datetime | None:
        """When it was last put in other words."""
        return max((each.corrected_at for each in self.former.all()), default=None)

    @property
    def mark(self) -> str:
        """Tells what it says now from what it said before its corrections."""
        return f"given.{self.former.count()}"

    @property
    def typed(self) -> dict[str, str]:
        """What it says, as its form holds it."""
        typed = {"overall": self.overall}
        for verdict in self.verdicts.select_related("answer"):
            key = verdict.answer.prompt_id
            typed |= {f"verdict_{key}": verdict.word, f"comment_{key}": verdict.comment}
        return typed

    def holds(self, typed: dict[str, str]) -> bool:
        """Whether it says all that is typed there."""
        said = self.typed
        return all(
            text in ("", said.get(name, "")) if name.startswith("verdict_") else text.strip() in said.get(name, "")
            for name, text in typed.items()
        )

    def say(self, decision: str, overall: str, verdicts: Iterable["Verdict"]) -> list["Verdict"]:
        """Put it so, unsaved: with what was written rendered. TextTooLong from that."""
        self.decision, self.overall = decision, overall
        self.overall_html, self.renderer = render(overall).html, RENDERER_VERSION
        verdicts = list(verdicts)
        for verdict in verdicts:
            verdict.comment_html = render(verdict.comment).html
        return verdicts

    def correct(
        self,
        decision: str,
        overall: str = "",
        verdicts: Iterable["Verdict"] = (),
        *,
        base: str = "",
        now: datetime | None = None,
    ) -> bool:
        """Say it in other words, or decide otherwise; what it said before stays on record. Says whether that changed
        anything. An acceptance is not undone by it, but may come of it. Raises Refused once its time is over, and
        Overtaken where it says something else by now than at the `mark` that was the `base`."""
        now = now or timezone.now()
        anew = Review(pk=self.pk, round=self.round, reviewer=self.reviewer)
        verdicts = anew.say(decision, overall, verdicts)
        return self._replace(anew, verdicts, base, now)

    @transaction.atomic
    def _replace(self, anew: "Review", verdicts: list["Verdict"], base: str, now: datetime) -> bool:
        self.round.begin_change(now)
        self.round.refuse_unless_reviewable_by(self.reviewer, editing=True)
        stands = Review.objects.get(pk=self.pk)
        if base and base != stands.mark:
            raise Overtaken(None)
        self.drop_drafts()
        if stands.withdrawn_at is None and stands._words() == (anew.decision, anew.overall, _words_of(verdicts)):
            return False
        self._take_place_again(now)
        stands.former.create(**stands._as_it_was(), corrected_at=now)
        for verdict in verdicts:
            said = {"word": verdict.word, "comment": verdict.comment, "comment_html": verdict.comment_html}
            stands.verdicts.update_or_create(answer=verdict.answer, defaults=said)
        columns = ("decision", "overall", "overall_html", "renderer")
        said = {each: getattr(anew, each) for each in columns}
        Review.objects.filter(pk=self.pk).update(withdrawn_at=None, fell=False, **said)
        self.refresh_from_db()
        notices.tell_corrected(self, now)
        self.round.end_change(now)
        return True

    def _take_place_again(self, now: datetime) -> None:
        """Whoever let a request go, or was away, has given up their place with it: no more people review a revision
        than are wanted. Raises Refused where others have it."""
        if Claim.objects.filter(pk=self.claim_id, ended_at=None).exists():
            return
        self.round.claims.lapse(now)
        slots = self.round.free_slots(self.reviewer, now)
        if not slots:
            raise Refused("slot_taken")
        Claim.objects.filter(pk=self.claim_id).update(slot=slots[0], ended_at=None)

    def drop_drafts(self) -> None:
        """What was typed for it is said now, and so is what was typed of earlier revisions: it was carried over."""
        from .draft import ReviewDraft

        ReviewDraft.objects.filter(author=self.reviewer, round__submission=self.round.submission_id).delete()

    def _words(self) -> tuple[str, str, list[tuple[int, str, str]]]:
        return self.decision, self.overall, _words_of(self.verdicts.all())

    def _as_it_was(self) -> dict[str, object]:
        """What a former version keeps of it."""
        verdicts = [
            {"answer": verdict.answer_id, "prompt": prompt, "word": verdict.word, "comment": verdict.comment_html}
            for verdict in self.verdicts.select_related("answer")
            for prompt in [verdict.answer.prompt_text]
        ]
        return {
            "decision": self.decision,
            "overall_html": self.overall_html,
            "verdicts": verdicts,
            "said_at": self.corrected_at or self.submitted_at,
        }

    @transaction.atomic
    def let_go(self, now: datetime | None = None) -> None:
        """Ask for these changes no more: another reader can have the place, and it may be that all agree now."""
        now = now or timezone.now()
        self.round.begin_change(now)
        self.round.submission.group.refuse_if_archived()
        if Review.objects.requests().filter(pk=self.pk).update(withdrawn_at=now):
            Claim.objects.filter(pk=self.claim_id, ended_at=None).update(ended_at=now)
            self.round.end_change(now)
        self.refresh_from_db(fields=["withdrawn_at"])


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


def _words_of(verdicts: Iterable[Verdict]) -> list[tuple[int, str, str]]:
    """What they say of which answer."""
    return sorted((each.answer_id, each.word, each.comment) for each in verdicts)

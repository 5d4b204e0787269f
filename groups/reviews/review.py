"""What a reviewer says of one revision."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from notes.revision import Answer
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.text import RENDERER_VERSION, render

from . import notifications, rules
from .claim import ChangeRequestEnd, Claim


class ReviewQuerySet(models.QuerySet["Review"]):
    def open_change_requests(self) -> "ReviewQuerySet":
        """Those that ask for changes, and have not ended."""
        return self.filter(decision=Review.Decision.REQUEST_CHANGES, withdrawn_at=None)

    def blocking(self, now: datetime | None = None) -> "ReviewQuerySet":
        """The change requests that keep their submission from being accepted: see `rules.ChangeRequest`."""
        return rules.open_change_requests(self, now or timezone.now())

    def approving(self) -> "ReviewQuerySet":
        """Those that approve their revision, or did when it was accepted: no correction undoes that."""
        accepted_at = F("round__acceptance__accepted_at")
        approved_then = Review.objects.filter(
            versions__decision=Review.Decision.APPROVE,
            versions__submitted_at__lte=accepted_at,
            versions__replaced_at__gte=accepted_at,
        )
        return self.filter(Q(decision=Review.Decision.APPROVE) | Q(pk__in=approved_then.values("pk")))

    def submit(
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

        A claim that has lapsed will do as long as nobody else has taken its slot. Raises RuleViolation where the claim
        has ended, was used, or holds what is no longer to be reviewed; TextTooLong from rendering."""
        now = now or timezone.now()
        review = Review(round=claim.round, claim=claim, reviewer=claim.reviewer, submitted_at=now)
        verdicts = review.set_content(decision, overall, verdicts)
        return self._save(review, verdicts, now)

    @transaction.atomic
    def _save(self, review: "Review", verdicts: list["Verdict"], now: datetime) -> "Review":
        round, reviewer = review.round, review.reviewer
        round.begin_change(now)
        round.refuse_unless_reviewable_by(reviewer)
        if not Claim.objects.filter(pk=review.claim_id, ended_at=None).exists():
            raise RuleViolation("claim_expired")
        review.save(force_insert=True)
        for verdict in verdicts:
            verdict.review = review
        Verdict.objects.bulk_create(verdicts)
        review.delete_drafts()
        subject = round.submission.notification_subject
        notifications.notify_reviewed(subject, review.pk, reviewer, approves=review.approves, now=now)
        notifications.resolve_review_needed(subject.key, now, reviewer)
        round.end_change(now)
        return review

    def balance_of(self, person, group: Group) -> dict[str, int]:
        """How many reviews a person has `given` and `received` in a group, for their own eyes; and how many `all` its
        members have given each other, which names nobody."""
        here = self.filter(round__submission__group=group)
        return here.aggregate(
            given=models.Count("pk", filter=Q(reviewer=person)),
            received=models.Count("pk", filter=Q(round__submission__summary__author=person)),
            all=models.Count("pk"),
        )


class Review(models.Model):
    """Approves the revision or asks for changes, with a verdict and a comment on each answer."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "approved"
        REQUEST_CHANGES = "request_changes", "asked for changes"

    round = models.ForeignKey("groups.ReviewRound", on_delete=models.CASCADE, related_name="reviews")
    claim = models.OneToOneField(Claim, on_delete=models.RESTRICT, related_name="review")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reviews")
    decision = models.CharField(max_length=16, choices=Decision.choices)
    overall = models.TextField(blank=True, help_text="Markdown: a word about the whole.")
    overall_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    submitted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When a request for changes ended.")
    change_request_ended_because = models.CharField(
        max_length=16, choices=ChangeRequestEnd.choices, blank=True, default="",
        help_text="Why a request for changes ended; blank while it has not.",
    )  # fmt: skip

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reviewer"], name="groups_one_review_per_revision"),
            models.CheckConstraint(
                condition=Q(decision__in=["approve", "request_changes"]), name="groups_decision_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, change_request_ended_because="")
                | Q(withdrawn_at__isnull=False, change_request_ended_because__in=ChangeRequestEnd.values),
                name="groups_change_request_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer or 'former member'} on {self.round}: {self.get_decision_display()}"

    @property
    def ended_without_withdrawal(self) -> bool:
        """Whether a request for changes ended without its reviewer's word: they left, paused, or lost the slot."""
        return self.change_request_ended_because not in ("", ChangeRequestEnd.WITHDRAWN)

    @property
    def approves(self) -> bool:
        return self.decision == self.Decision.APPROVE

    @property
    def edited_at(self) -> datetime | None:
        """When it was last put in other words."""
        return max((each.replaced_at for each in self.versions.all()), default=None)

    @property
    def version_token(self) -> str:
        """Tells what it says now from what it said before its corrections."""
        return f"given.{self.versions.count()}"

    @property
    def typed(self) -> dict[str, str]:
        """What it says, as its form holds it."""
        typed = {"overall": self.overall}
        for verdict in self.verdicts.select_related("answer"):
            key = verdict.answer.prompt_id
            typed |= {f"verdict_{key}": verdict.value, f"comment_{key}": verdict.comment}
        return typed

    def contains(self, typed: dict[str, str]) -> bool:
        """Whether it says all that is typed there."""
        said = self.typed
        return all(
            text in ("", said.get(name, "")) if name.startswith("verdict_") else text.strip() in said.get(name, "")
            for name, text in typed.items()
        )

    def set_content(self, decision: str, overall: str, verdicts: Iterable["Verdict"]) -> list["Verdict"]:
        """Put it so, unsaved: with what was written rendered. TextTooLong from that."""
        self.decision, self.overall = decision, overall
        self.overall_html, self.renderer = render(overall).html, RENDERER_VERSION
        verdicts = list(verdicts)
        for verdict in verdicts:
            verdict.comment_html = render(verdict.comment).html
        return verdicts

    def edit(
        self,
        decision: str,
        overall: str = "",
        verdicts: Iterable["Verdict"] = (),
        *,
        base: str = "",
        now: datetime | None = None,
    ) -> bool:
        """Say it in other words, or decide otherwise; what it said before stays on record. Says whether that changed
        anything. An acceptance is not undone by it, but may come of it. Raises RuleViolation once its time is over, and
        StaleDraft where it says something else by now than at the `version_token` that was the `base`."""
        now = now or timezone.now()
        new = Review(pk=self.pk, round=self.round, reviewer=self.reviewer)
        verdicts = new.set_content(decision, overall, verdicts)
        return self._save_edit(new, verdicts, base, now)

    @transaction.atomic
    def _save_edit(self, new: "Review", verdicts: list["Verdict"], base: str, now: datetime) -> bool:
        self.round.begin_change(now)
        self.round.refuse_unless_reviewable_by(self.reviewer, editing=True)
        stands = Review.objects.get(pk=self.pk)
        if base and base != stands.version_token:
            raise StaleDraft(None)
        self.delete_drafts()
        if stands.withdrawn_at is None and stands._content() == (new.decision, new.overall, _verdict_content(verdicts)):
            return False
        self._reclaim_slot(now)
        stands.versions.create(**stands._as_version(), replaced_at=now)
        for verdict in verdicts:
            said = {"value": verdict.value, "comment": verdict.comment, "comment_html": verdict.comment_html}
            stands.verdicts.update_or_create(answer=verdict.answer, defaults=said)
        columns = ("decision", "overall", "overall_html", "renderer")
        said = {each: getattr(new, each) for each in columns}
        Review.objects.filter(pk=self.pk).update(withdrawn_at=None, change_request_ended_because="", **said)
        self.refresh_from_db()
        subject = self.round.submission.notification_subject
        notifications.notify_review_edited(subject, self.pk, self.reviewer, approves=self.approves, now=now)
        self.round.end_change(now)
        return True

    def _reclaim_slot(self, now: datetime) -> None:
        """Whoever let a request go, or was away, has given up their place with it: no more people review a revision
        than are wanted. Raises RuleViolation where others have it."""
        if Claim.objects.filter(pk=self.claim_id, ended_at=None).exists():
            return
        self.round.expire_claims(now)
        slots = self.round.free_slots(self.reviewer, now)
        if not slots:
            raise RuleViolation("slot_taken")
        Claim.objects.filter(pk=self.claim_id).update(slot=slots[0], ended_at=None)

    def delete_drafts(self) -> None:
        """What was typed for it is said now, and so is what was typed of earlier revisions: it was carried over."""
        drafts = self.round.drafts.model.objects.filter(author=self.reviewer)
        drafts.filter(round__submission=self.round.submission_id).delete()

    def _content(self) -> tuple[str, str, list[tuple[int, str, str]]]:
        return self.decision, self.overall, _verdict_content(self.verdicts.all())

    def _as_version(self) -> dict[str, object]:
        """What a former version keeps of it."""
        verdicts = [
            {"answer": verdict.answer_id, "prompt": prompt, "value": verdict.value, "comment": verdict.comment_html}
            for verdict in self.verdicts.select_related("answer")
            for prompt in [verdict.answer.prompt_text]
        ]
        return {
            "decision": self.decision,
            "overall_html": self.overall_html,
            "verdicts": verdicts,
            "submitted_at": self.edited_at or self.submitted_at,
        }

    @transaction.atomic
    def withdraw_change_request(self, now: datetime | None = None) -> None:
        """Ask for these changes no more: another reader can have the place, and it may be that all agree now."""
        now = now or timezone.now()
        self.round.begin_change(now)
        self.round.submission.group.refuse_if_archived()
        if (
            Review.objects.open_change_requests()
            .filter(pk=self.pk)
            .update(withdrawn_at=now, change_request_ended_because=ChangeRequestEnd.WITHDRAWN)
        ):
            Claim.objects.filter(pk=self.claim_id, ended_at=None).update(ended_at=now)
            self.round.end_change(now)
        self.refresh_from_db(fields=["withdrawn_at", "change_request_ended_because"])


class Verdict(models.Model):
    """What a review says of one answer."""

    class Value(models.TextChoices):
        HOLDS = "holds", "it holds"
        NEEDS_WORK = "needs_work", "needs work"
        NOT_SURE = "not_sure", "can’t tell"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="verdicts")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="verdicts")
    value = models.CharField(max_length=12, choices=Value.choices, blank=True)
    comment = models.TextField(blank=True, help_text="Markdown.")
    comment_html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["review", "answer__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "answer"], name="groups_one_verdict_per_answer"),
            models.CheckConstraint(
                condition=Q(value__in=["", "holds", "needs_work", "not_sure"]),
                name="groups_verdict_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer.prompt_text} {self.get_value_display()}"


def _verdict_content(verdicts: Iterable[Verdict]) -> list[tuple[int, str, str]]:
    """What they say of which answer."""
    return sorted((each.answer_id, each.value, each.comment) for each in verdicts)

"""A review of one revision: a decision, a verdict and comments on each answer, and a comment on the whole."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.members.exceptions import RuleViolation
from groups.members.group import Group
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.text import render
from readlist_site.base.text.deleted_text import DELETED_BY_MODERATOR

from . import notifications, rules
from .claim import ChangeRequestEnd, Claim
from .verdict import Verdict


class ReviewQuerySet(models.QuerySet["Review"]):
    def open_change_requests(self) -> "ReviewQuerySet":
        """Return the reviews that request changes and whose request has not ended (see `ChangeRequestEnd`)."""
        return self.filter(decision=Review.Decision.REQUEST_CHANGES, withdrawn_at=None)

    def blocking(self, now: datetime | None = None) -> "ReviewQuerySet":
        """Return the change requests that keep their submission from being accepted at `now`: see
        `rules.ChangeRequest`."""
        return rules.open_change_requests(self, now or timezone.now())

    def approving(self) -> "ReviewQuerySet":
        """Return the reviews that approve their revision, or that approved it when it was accepted and were edited
        since."""
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
        verdicts: Iterable[Verdict] = (),
        *,
        now: datetime | None = None,
    ) -> "Review":
        """Submit a review under this claim, and accept the round if it is approved now. `verdicts` are unsaved, each
        with an answer of the revision, and a value and a comment, or a comment on words of it. Deletes the reviewer's
        drafts for the submission.

        An expired claim is valid until it is ended. Locks the group, then the submission. Raises RuleViolation if the
        claim has ended ("claim_expired") or the reviewer may not review the round, and TextTooLong if a text is too
        long to render."""
        now, round, reviewer = now or timezone.now(), claim.round, claim.reviewer
        review = Review(round=round, claim=claim, reviewer=reviewer, submitted_at=now)
        # Formulas can be slow to render, so this is done before anything is locked.
        verdicts = review.set_content(decision, overall, verdicts)
        with transaction.atomic():
            round.begin_change(now)
            round.refuse_unless_reviewable_by(reviewer)
            if not Claim.objects.filter(pk=claim.pk, ended_at=None).exists():
                raise RuleViolation("claim_expired")
            review.save(force_insert=True)
            for verdict in verdicts:
                verdict.review = review
            Verdict.objects.bulk_create(verdicts)
            review.delete_drafts()
            notifications.notify_reviewed(review, now)
            notifications.resolve_review_needed(round.submission, now, reviewer)
            round.end_change(now)
        return review

    def balance_of(self, person, group: Group) -> dict[str, int]:
        """Return how many reviews a person has `given` and `received` in a group, and how many `all` its members have
        given."""
        here = self.filter(round__submission__group=group)
        return here.aggregate(
            given=models.Count("pk", filter=Q(reviewer=person)),
            received=models.Count("pk", filter=Q(round__submission__summary__author=person)),
            all=models.Count("pk"),
        )


class Review(models.Model):
    """A reviewer's decision on a revision, approval or change request, with a verdict and a comment on each answer."""

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approved")
        REQUEST_CHANGES = "request_changes", _("requested changes")

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
        """Whether a change request ended without being withdrawn: its reviewer left, paused reviews, or lost the
        slot."""
        return self.change_request_ended_because not in ("", ChangeRequestEnd.WITHDRAWN)

    @property
    def approves(self) -> bool:
        return self.decision == self.Decision.APPROVE

    @property
    def edited_at(self) -> datetime | None:
        """When it was last edited; None if never. Takes prefetched `versions`."""
        return max((each.replaced_at for each in self.versions.all()), default=None)

    @property
    def version_token(self) -> str:
        """Identifies the present content: changes with every edit, and when a moderator deletes a comment."""
        counts = Review.objects.filter(pk=self.pk).aggregate(
            versions=models.Count("versions", distinct=True),
            deleted=models.Count("verdicts", filter=Q(verdicts__comment=DELETED_BY_MODERATOR), distinct=True),
            whole=models.Count("pk", filter=Q(overall=DELETED_BY_MODERATOR), distinct=True),
        )
        deleted = counts["deleted"] + counts["whole"]
        return f"given.{counts['versions']}" + (f".{deleted}" if deleted else "")

    @property
    def typed(self) -> dict[str, str]:
        """Its content as the form's data, by field name, without what stands in place of comments that a moderator
        deleted."""
        typed = {"overall": _typed_text(self.overall)}
        numbers: Counter[int] = Counter()
        for verdict in self.verdicts.select_related("answer"):
            key = verdict.answer.prompt_id
            if not verdict.is_on_words:
                typed |= {f"verdict_{key}": verdict.value, f"comment_{key}": _typed_text(verdict.comment)}
            elif _typed_text(verdict.comment) or verdict.suggestion:
                typed |= verdict.typed_on_words(numbers[key])
                numbers[key] += 1
        return typed

    def contains(self, typed: dict[str, str]) -> bool:
        """Return whether the review already holds all that is typed in a form."""
        before = self.typed
        return all(
            text in ("", before.get(name, "")) if name.startswith("verdict_") else text.strip() in before.get(name, "")
            for name, text in typed.items()
        )

    def set_content(self, decision: str, overall: str, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """Set decision and texts on the unsaved review and render them. Return the verdicts with their comments
        rendered. Raises TextTooLong."""
        self.decision, self.overall = decision, overall
        verdicts, rendered = list(verdicts), render(overall)
        self.overall_html, self.renderer = rendered.html, rendered.renderer
        for verdict in verdicts:
            verdict.render()
        return verdicts

    def edit(
        self,
        decision: str,
        overall: str = "",
        verdicts: Iterable[Verdict] = (),
        *,
        base: str = "",
        now: datetime | None = None,
    ) -> bool:
        """Replace the review's content, store the previous content as a ReviewVersion, and return whether anything
        changed. If its change request had ended, the review counts again and its claim takes a free slot. A
        comment that was marked as resolved is open again if its text changed. An edit never undoes an acceptance, but
        can cause one.

        Locks the group, then the submission. Raises RuleViolation if the review can't be edited any more or no slot is
        free ("slot_taken"), and StaleDraft if `base` is given and is not the present `version_token`."""
        now = now or timezone.now()
        new = Review(pk=self.pk, round=self.round, reviewer=self.reviewer)
        verdicts = new.set_content(decision, overall, verdicts)
        return self._save_edit(new, verdicts, base, now)

    @transaction.atomic
    def _save_edit(self, new: "Review", verdicts: list[Verdict], base: str, now: datetime) -> bool:
        self.round.begin_change(now)
        self.round.refuse_unless_reviewable_by(self.reviewer, editing=True)
        stored = Review.objects.get(pk=self.pk)
        if base and base != stored.version_token:
            raise StaleDraft(None)
        self.delete_drafts()
        if stored.withdrawn_at is None and stored._content() == (new.decision, new.overall, _verdict_content(verdicts)):
            return False
        self._reclaim_slot(now)
        self._reopen_comments(stored, new, verdicts, now)
        stored.versions.create(**stored._as_version(), replaced_at=now)
        self._save_verdicts(verdicts)
        columns = ("decision", "overall", "overall_html", "renderer")
        values = {each: getattr(new, each) for each in columns}
        Review.objects.filter(pk=self.pk).update(withdrawn_at=None, change_request_ended_because="", **values)
        self.refresh_from_db()
        notifications.notify_reviewed(self, now, edited=True)
        self.round.end_change(now)
        return True

    def _save_verdicts(self, verdicts: list[Verdict]) -> None:
        """Save these verdicts and comments in place of the stored ones. A comment on words that is no longer among them
        is emptied: somebody may have replied to it, or reported it."""
        left = {each.place: each for each in self.verdicts.all()}
        columns = (
            "value", "comment", "comment_html", "quote", "quote_html", "quote_before", "quote_after", "suggestion",
            "suggestion_html", "renderer",
        )  # fmt: skip
        for verdict in verdicts:
            left.pop(verdict.place, None)
            values = {each: getattr(verdict, each) for each in columns}
            self.verdicts.update_or_create(answer=verdict.answer, offset=verdict.offset, defaults=values)
        gone = self.verdicts.filter(pk__in=[each.pk for each in left.values() if each.is_on_words])
        gone.update(comment="", comment_html="", suggestion="", suggestion_html="")

    def _reopen_comments(self, stored: "Review", new: "Review", verdicts: list[Verdict], now: datetime) -> None:
        """Reopen the comments whose text an edit changes and that were marked as resolved."""
        said = {each.place: each for each in stored.verdicts.all()}
        pairs = [(each, said[each.place]) for each in verdicts if each.place in said]
        edited = Q(verdict__in=[old.pk for new, old in pairs if new.said != old.said])
        if new.overall != stored.overall:
            edited |= Q(review=self.pk)
        resolved = self.round.comment_threads.filter(edited, resolved_at__isnull=False)
        resolved.update(resolved_at=None, resolved_by=None, reopened_at=now)

    def _reclaim_slot(self, now: datetime) -> None:
        """Reopen the review's ended claim in a free slot, so that no more reviewers than there are slots count for the
        round. Does nothing if the claim has not ended. Raises RuleViolation ("slot_taken") if no slot is free."""
        if Claim.objects.filter(pk=self.claim_id, ended_at=None).exists():
            return
        self.round.expire_claims(now)
        slots = self.round.free_slots(self.reviewer, now)
        if not slots:
            raise RuleViolation("slot_taken")
        Claim.objects.filter(pk=self.claim_id).update(slot=slots[0], ended_at=None)

    def delete_drafts(self) -> None:
        """Delete the reviewer's drafts for all rounds of the submission: drafts for earlier revisions were carried
        over."""
        drafts = self.round.drafts.model.objects.filter(author=self.reviewer)
        drafts.filter(round__submission=self.round.submission_id).delete()

    def _content(self) -> tuple[str, str, list[tuple[int, str, str]]]:
        return self.decision, self.overall, _verdict_content(self.verdicts.all())

    def _as_version(self) -> dict[str, object]:
        """Return the fields of the ReviewVersion that stores its present content."""
        verdicts = [
            {
                "answer": verdict.answer_id,
                "prompt": verdict.answer.prompt_text,
                "value": verdict.value,
                "comment": verdict.comment_html,
                "source": verdict.comment,
                **({"offset": verdict.offset, "suggestion": verdict.suggestion} if verdict.is_on_words else {}),
            }
            for verdict in self.verdicts.select_related("answer")
            if not verdict.is_emptied
        ]
        return {
            "decision": self.decision,
            "overall": self.overall,
            "overall_html": self.overall_html,
            # The oldest, so that no comment is taken to be newer than it is.
            "renderer": min([self.renderer, *(verdict.renderer for verdict in self.verdicts.all())]),
            "verdicts": verdicts,
            "submitted_at": self.edited_at or self.submitted_at,
        }

    @transaction.atomic
    def withdraw_change_request(self, now: datetime | None = None) -> None:
        """Withdraw the change request, end its claim so that its slot is free, and accept the current round if it is
        approved now. Does nothing if the request has ended. Locks the group, then the submission. Raises
        GroupArchived."""
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


def end_claims_of(reviewer, group: Group, now: datetime, *, because: ChangeRequestEnd) -> None:
    """End all claims of a person in a group, except those of approvals, which keep their slot. Their open change
    requests end with the reason `because`. Call it under the lock of the group."""
    here = {"reviewer": reviewer, "round__submission__group": group}
    Review.objects.open_change_requests().filter(**here).update(withdrawn_at=now, change_request_ended_because=because)
    Claim.objects.filter(**here, ended_at=None).exclude(review__decision=Review.Decision.APPROVE).update(ended_at=now)


def _typed_text(text: str) -> str:
    return "" if text == DELETED_BY_MODERATOR else text


def _verdict_content(verdicts: Iterable[Verdict]) -> list[tuple]:
    """Return the verdicts as sorted tuples, for comparison. A comment on words that was emptied is left out."""
    content = [(*each.place, each.quote, each.value, *each.said) for each in verdicts if not each.is_emptied]
    return sorted(content, key=str)

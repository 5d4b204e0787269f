"""A review that a member is typing. Nobody else has a way to it."""

from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from readlist_site.base.drafts import AbstractDraft, DraftQuerySet, StaleDraft, concat

from .review_round import ReviewRound
from .submission import Submission


class ReviewDraftQuerySet(DraftQuerySet):
    @transaction.atomic
    def save_typed(
        self,
        author,
        round: ReviewRound,
        typed: dict[str, str],
        *,
        editing: bool = False,
        base: str = "",
        seen: str = "",
        tab_id: UUID | None = None,
        choice: str = "",
    ) -> "ReviewDraft | None":
        """Save what stands in the form. Raises StaleDraft, also where the review says something else by now than at the
        `version_token` that a correction has as its `base`. Two texts are put together, of two verdicts this one's.

        Where the review was given meanwhile it becomes the draft of its correction. None if the review says all of it:
        what is sent is no draft again."""
        round.submission.lock()
        there = self.filter(author=author, round=round).first()
        given = round.reviews.filter(reviewer=author).first()
        if given and editing and base and given.version_token not in (base, seen):
            raise StaleDraft(None)
        if not there and (choice or not editing):
            if given and not choice and given.contains(typed):
                return None
            # What this page has seen went when a review was sent.
            seen = ""
        values = {"typed": typed}
        if choice == "merge" and (other := there or given):
            verdicts = {name: word for name, word in typed.items() if name.startswith("verdict_")}
            values = {"typed": {**concat(typed, other.typed), **verdicts}}
        elif choice and given and not there:
            # The other text is no draft that could take this one's place, but what was sent.
            kept_text, aside = (given.typed, typed) if choice == "take" else (typed, given.typed)
            values = {
                "typed": kept_text,
                "alternatives": ReviewDraft().archive_alternative({"typed": aside}, timezone.now()),
            }
        return self.save_draft({"author": author, "round": round}, values, seen=seen, tab_id=tab_id, choice=choice)

    def latest(self, author, submission: Submission) -> "ReviewDraft | None":
        """What a person has typed last about any revision of a submission."""
        theirs = self.visible_to(author).filter(round__submission=submission)
        return theirs.select_related("round").order_by("-round").first()


class ReviewDraft(AbstractDraft):
    """A review of one revision, being written; where the review was given already, its correction.

    Outlives the claim: who comes too late can take it up again. Goes when the review is given."""

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="drafts")
    typed = models.JSONField(default=dict, help_text="What stands in the form, by field.")

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "round"], name="groups_one_review_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.round}, draft"

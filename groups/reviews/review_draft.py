"""Drafts of reviews. Each is visible only to its author."""

from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from readlist_site.base.drafts import AbstractDraft, DraftQuerySet, StaleDraft, concat

from .review_round import ReviewRound
from .typed_words import merged, without_words


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
        """Save the form's content as a draft. With the choice "merge" the texts are concatenated, the comments on words
        of both are kept, and the verdicts of this form win. If the review was submitted meanwhile, the draft becomes a
        draft of its edit; returns None if the review holds everything that was typed, so that a late save doesn't
        create a draft again.

        Locks the submission. Raises StaleDraft if another window saved something else, or if the review changed since
        the `version_token` that an edit has as its `base`."""
        round.submission.lock()
        there = self.filter(author=author, round=round).first()
        given = round.reviews.filter(reviewer=author).first()
        if given and editing and base and given.version_token not in (base, seen):
            raise StaleDraft(None)
        if not there and (choice or not editing):
            if given and not choice and given.contains(typed):
                return None
            # The draft that this page has seen was deleted when a review was submitted.
            seen = ""
        values = {"typed": typed}
        if choice == "merge" and (other := there or given):
            verdicts = {name: word for name, word in typed.items() if name.startswith("verdict_")}
            texts = concat(without_words(typed), without_words(other.typed))
            values = {"typed": {**texts, **verdicts, **merged(typed, other.typed)}}
        elif choice and given and not there:
            # The other text is the submitted review, not a draft: archive the text that was not chosen.
            kept_text, aside = (given.typed, typed) if choice == "take" else (typed, given.typed)
            values = {
                "typed": kept_text,
                "alternatives": ReviewDraft().archive_alternative({"typed": aside}, timezone.now()),
            }
        return self.save_draft({"author": author, "round": round}, values, seen=seen, tab_id=tab_id, choice=choice)

    def latest(self, author, submission: int) -> "ReviewDraftQuerySet":
        """Return a person's draft for the latest round of a submission that they have one for, if they have any."""
        theirs = self.visible_to(author).filter(round__submission=submission)
        return theirs.select_related("round__revision").order_by("-round")[:1]


class ReviewDraft(AbstractDraft):
    """A draft of a review, or of the edit of a submitted one. It is kept after the claim has expired or ended, and
    deleted when the review is submitted."""

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="drafts")
    typed = models.JSONField(default=dict, help_text="What stands in the form, by field.")

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "round"], name="groups_one_review_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.round}, draft"

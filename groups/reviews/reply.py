"""An author's replies to comments, submitted with the next revision."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.members.exceptions import RuleViolation
from readlist_site.base.accounts.models import User
from readlist_site.base.text import RENDERER_VERSION, render

from . import notifications
from .review import Review
from .review_round import ReviewRound
from .verdict import Verdict


class CommentReplyQuerySet(models.QuerySet["CommentReply"]):
    def save_for(self, round: ReviewRound, replies: Iterable["CommentReply"]) -> list["CommentReply"]:
        """Save the replies that a round makes to comments on earlier rounds. Replaces those that it made to the same
        comments before. `replies` are unsaved, rendered and without a round.

        Call it in the transaction that submits the round. Raises RuleViolation ("comment_of_another_submission") for a
        comment that is not on an earlier round of the same submission, so that no group learns what was said in
        another. The reviewers of applied edits read so in the notification of the round."""
        replies = list(replies)
        for reply in replies:
            answered = reply.on.round
            if answered.submission_id != round.submission_id or answered.pk >= round.pk:
                raise RuleViolation("comment_of_another_submission")
            reply.round = round
        said_again = Q(verdict__in=[each.verdict for each in replies if each.verdict])
        said_again |= Q(review__in=[each.review for each in replies if each.review])
        self.filter(said_again, round=round).delete()
        saved = self.bulk_create(replies)
        notifications.tell_applied(round, [reply.on.reviewer for reply in saved if reply.applied])
        return saved

    def credits(self, rounds: Iterable[ReviewRound]) -> dict[int, list[User | None]]:
        """Return the reviewers whose suggested edits the author applied in these rounds, by the key of the round; None
        for former members. One statement."""
        applied = self.filter(applied=True, round__in=list(rounds)).select_related("verdict__review__reviewer")
        found: dict[int, list[User | None]] = {}
        for reply in applied.order_by("pk"):
            found.setdefault(reply.round_id, []).append(reply.on.reviewer)
        return {round: list(dict.fromkeys(people)) for round, people in found.items()}


class CommentReply(models.Model):
    """The author's reply to a comment on one answer (`verdict`) or on the whole (`review`), submitted with a
    `round`."""

    class Response(models.TextChoices):
        ADDRESSED = "addressed", _("Addressed")
        DISAGREE = "disagree", _("Disagree")
        LATER = "later", _("Later")

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="replies")
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    response = models.CharField(max_length=10, choices=Response.choices)
    text = models.TextField(blank=True, help_text="Markdown. Who disagrees says why.")
    text_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False, default=0)
    applied = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the author applied the suggested edit: its reviewer is named.",
    )

    objects = CommentReplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "comment replies"
        constraints = [
            models.UniqueConstraint(fields=["round", "verdict"], name="groups_one_reply_per_verdict"),
            models.UniqueConstraint(fields=["round", "review"], name="groups_one_reply_per_review"),
            models.CheckConstraint(
                condition=Q(verdict__isnull=False, review=None) | Q(verdict=None, review__isnull=False),
                name="groups_reply_to_one_comment",
            ),
            models.CheckConstraint(
                condition=Q(response__in=["addressed", "disagree", "later"]), name="groups_reply_word_known"
            ),
            models.CheckConstraint(condition=~Q(response="disagree", text=""), name="groups_who_disagrees_says_why"),
            models.CheckConstraint(
                condition=Q(applied=False) | Q(response="addressed", verdict__isnull=False),
                name="groups_applied_is_addressed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_response_display()}: {self.verdict or self.review}"

    @property
    def on(self) -> Review:
        """The review that the comment belongs to."""
        return self.verdict.review if self.verdict else self.review

    def set_text(self, text: str) -> str:
        """Set and render the text. Return why it must not be sent (see `Rendered.refusal`), or "". Raises
        TextTooLong."""
        rendered = render(text)
        self.text, self.text_html, self.renderer = text, rendered.html, RENDERER_VERSION
        return rendered.refusal

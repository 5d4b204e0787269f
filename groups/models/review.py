"""What a reviewer says of one revision."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from notes.models import Answer

from .claim import Claim
from .round import Round


class Review(models.Model):
    """Approves the revision or asks for changes, with a verdict and a comment on each answer."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "approved"
        CHANGES = "changes", "asked for changes"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="reviews")
    claim = models.OneToOneField(Claim, on_delete=models.RESTRICT, related_name="review")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    overall = models.TextField(blank=True, help_text="Markdown: a word about the whole.")
    overall_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    submitted_at = models.DateTimeField(default=timezone.now)

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

    def get_absolute_url(self) -> str:
        return f"{reverse('submission', args=[self.round.submission_id])}#review-{self.pk}"


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

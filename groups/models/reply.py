"""What an author says to a comment when they submit the next revision."""

from django.db import models
from django.db.models import Q

from .review import Review, Verdict
from .round import Round


class Reply(models.Model):
    """Answers a comment on one answer (`verdict`) or on the whole (`review`). Comes with a `round`, and stays."""

    class Word(models.TextChoices):
        ADDRESSED = "addressed", "addressed"
        DISAGREE = "disagree", "disagree"
        LATER = "later", "later"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="replies")
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    word = models.CharField(max_length=10, choices=Word.choices)
    text = models.TextField(blank=True, help_text="Markdown. Who disagrees says why.")
    text_html = models.TextField(blank=True, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False, default=0)

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(fields=["round", "verdict"], name="groups_one_reply_per_verdict"),
            models.UniqueConstraint(fields=["round", "review"], name="groups_one_reply_per_review"),
            models.CheckConstraint(
                condition=Q(verdict__isnull=False, review=None) | Q(verdict=None, review__isnull=False),
                name="groups_reply_to_one_comment",
            ),
            models.CheckConstraint(
                condition=Q(word__in=["addressed", "disagree", "later"]), name="groups_reply_word_known"
            ),
            models.CheckConstraint(condition=~Q(word="disagree", text=""), name="groups_who_disagrees_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_word_display()}: {self.verdict or self.review}"

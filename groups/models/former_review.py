"""What a review said before its reviewer corrected it."""

from django.db import models

from .review import Review, Verdict


class FormerReview(models.Model):
    """One earlier version, as it was read. `said_at` is when it was said, `corrected_at` when something else was.

    With the id of an answer goes its `prompt`, to be read where the answer is not at hand."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="former")
    decision = models.CharField(max_length=10, choices=Review.Decision.choices)
    overall_html = models.TextField(blank=True)
    verdicts = models.JSONField(default=list, help_text="Of each answer: its id, the word, the comment as HTML.")
    said_at = models.DateTimeField()
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ["review", "corrected_at", "pk"]

    def __str__(self) -> str:
        return f"{self.review}, until {self.corrected_at:%d %B %Y}"

    @property
    def spoken(self) -> list[dict[str, str]]:
        """What it said of which answer, with the verdict in words: `prompt`, `said`, `comment_html`."""
        words = dict(Verdict.Word.choices)
        said = [each for each in self.verdicts if each["word"] or each["comment"]]
        return [each | {"said": words.get(each["word"], ""), "comment_html": each["comment"]} for each in said]

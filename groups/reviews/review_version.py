"""What a review said before its reviewer corrected it."""

from django.db import models

from .review import Review, Verdict


class ReviewVersion(models.Model):
    """One earlier version, as it was read. `submitted_at` is when it was said, `replaced_at` when something else was.

    With the id of an answer goes its `prompt`, to be read where the answer is not at hand."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    decision = models.CharField(max_length=16, choices=Review.Decision.choices)
    overall_html = models.TextField(blank=True)
    verdicts = models.JSONField(default=list, help_text="Of each answer: its id, the word, the comment as HTML.")
    submitted_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["review", "replaced_at", "pk"]

    def __str__(self) -> str:
        return f"{self.review}, until {self.replaced_at:%d %B %Y}"

    @property
    def verdict_rows(self) -> list[dict[str, str]]:
        """What it said of which answer, with the verdict in words: `prompt`, `said`, `comment_html`."""
        words = dict(Verdict.Value.choices)
        said = [each for each in self.verdicts if each["value"] or each["comment"]]
        return [each | {"said": words.get(each["value"], ""), "comment_html": each["comment"]} for each in said]

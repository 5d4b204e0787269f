"""The content of a review before an edit."""

from django.db import models

from .review import Review, Verdict


class ReviewVersion(models.Model):
    """One earlier version of a review. `submitted_at` is when its reviewer submitted it, `replaced_at` when they
    replaced it.

    `verdicts` hold the text of the `prompt` beside the id of the answer, so that they can be shown without a query."""

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
        """Return the verdicts that are not empty, each with the label of its value as `said` and with
        `comment_html`."""
        words = dict(Verdict.Value.choices)
        said = [each for each in self.verdicts if each["value"] or each["comment"]]
        return [each | {"said": words.get(each["value"], ""), "comment_html": each["comment"]} for each in said]

"""The content of a review before an edit."""

from django.db import models

from readlist_site.base.text import RENDERER_VERSION, render_stored

from .review import Review
from .verdict import Verdict


class ReviewVersion(models.Model):
    """One earlier version of a review. `submitted_at` is when its reviewer submitted it, `replaced_at` when they
    replaced it.

    `verdicts` hold the text of the `prompt` beside the id of the answer, so that they can be shown without a query;
    those on words of an answer also their `offset` in it and the `suggestion`."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    decision = models.CharField(max_length=16, choices=Review.Decision.choices)
    overall = models.TextField(blank=True, default="", db_default="", help_text="Markdown.")
    overall_html = models.TextField(blank=True)
    verdicts = models.JSONField(
        default=list, help_text="Of each answer: its id, the word, the comment as HTML, and as Markdown (source)."
    )
    renderer = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text="Blank for those that were stored without their Markdown."
    )
    submitted_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["review", "replaced_at", "pk"]

    def __str__(self) -> str:
        return f"{self.review}, until {self.replaced_at:%d %B %Y}"

    def rendered_anew(self) -> dict[str, object]:
        """Return the columns with HTML, and `renderer`, as the present renderer makes them of the Markdown."""
        verdicts = [each | {"comment": str(render_stored(each["source"]))} for each in self.verdicts]
        return {
            "overall_html": render_stored(self.overall),
            "verdicts": verdicts,
            "renderer": RENDERER_VERSION,
        }

    @property
    def verdict_rows(self) -> list[dict[str, str]]:
        """Return the verdicts that are not empty, each with the label of its value as `said` and with
        `comment_html`."""
        labels = dict(Verdict.Value.choices)
        filled_in = [each for each in self.verdicts if each["value"] or each["comment"] or each.get("suggestion")]
        return [each | {"label": labels.get(each["value"], ""), "comment_html": each["comment"]} for each in filled_in]

"""A person's summary of one topic, which has one or more revisions."""

from django.conf import settings
from django.db import models

from catalog.outline.section import Section


class SummaryQuerySet(models.QuerySet["Summary"]):
    def visible_to(self, user) -> "SummaryQuerySet":
        """Returns the user's own summaries. Others' are visible through submissions to a common group only."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class Summary(models.Model):
    """Created with its first revision; before that there is only a draft.

    Not deleted with its author's account."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="summaries")
    topic = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="summaries")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(fields=["author", "topic"], name="notes_one_summary_per_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.author or 'former member'} on {self.topic}"

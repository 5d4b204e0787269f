"""What one person is typing on a topic. Nobody else has a way to it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import Section


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user) -> "DraftQuerySet":
        """One's own drafts, and nobody else's."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class Draft(models.Model):
    """The unfinished answers of one person on one topic. Goes with its author's account."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    topic = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="drafts")
    answers = models.JSONField(default=dict, help_text="Markdown by prompt id (as text).")
    based_on = models.JSONField(default=list, help_text="Ids of the sources it rests on.")
    lines = models.PositiveIntegerField(default=0, help_text="Counted by the server when it was saved.")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "topic"], name="notes_one_draft_per_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.author} on {self.topic}, draft"

"""What one person is typing on a topic. Nobody else has a way to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import Section
from readlist_site.text import RENDERER_VERSION, Rendered, render


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user) -> "DraftQuerySet":
        """One's own drafts, and nobody else's."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class Draft(models.Model):
    """The unfinished answers of one person on one topic. Goes with its author's account."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    topic = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="drafts")
    answers = models.JSONField(default=dict, help_text="Markdown by prompt id (as text).")
    answers_html = models.JSONField(default=dict, editable=False, help_text="The same, rendered.")
    renderer = models.PositiveSmallIntegerField(default=0, editable=False)
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

    @classmethod
    def save_answers(
        cls,
        author,
        topic: Section,
        answers: Mapping[int, str],
        based_on: Iterable[int] = (),
        *,
        rendered: Mapping[int, Rendered] | None = None,
        at: datetime | None = None,
    ) -> "Draft":
        """Keep what was typed, by prompt id, and the ids of the sources it rests on. The later save wins.

        `rendered`: the same answers, where they have been rendered already."""
        rendered = rendered or {prompt: render(answer) for prompt, answer in answers.items()}
        draft, _ = cls.objects.update_or_create(
            author=author,
            topic=topic,
            defaults={
                "answers": {str(prompt): answer for prompt, answer in answers.items()},
                "answers_html": {str(prompt): str(done.html) for prompt, done in rendered.items()},
                "renderer": RENDERER_VERSION,
                "based_on": list(based_on),
                "lines": sum(done.lines for done in rendered.values()),
                "saved_at": at or timezone.now(),
            },
        )
        return draft

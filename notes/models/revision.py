"""A frozen version of a summary: its words, its prompts' words, and what it rests on."""

from django.db import models
from django.utils import timezone

from catalog.models import Prompt, Role, Source

from .summary import Summary


class Revision(models.Model):
    """One submitted version, numbered from 1. Never changed."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    lines = models.PositiveIntegerField(help_text="Over all answers, counted by readlist_site.text.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["summary", "number"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="notes_revision_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="notes_revision_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.summary}, revision {self.number}"


class Answer(models.Model):
    """The answer to one prompt in one revision, with the words of the prompt that it answered."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="answers")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="answers")
    prompt_text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="Markdown with LaTeX math.")
    body_html = models.TextField(editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False, help_text="Version of readlist_site.text.")

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "prompt"], name="notes_one_answer_per_prompt"),
            models.CheckConstraint(condition=~models.Q(body=""), name="notes_answer_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.prompt_text}"


class BasedOn(models.Model):
    """A source that a revision rests on, as it was listed when the revision was made."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="based_on")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rested_on")
    title = models.CharField(max_length=300)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "source"], name="notes_based_on_once"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} on {self.title}"

"""A link check: the recorded result of one visit to a source's link."""

from django.db import models
from django.utils import timezone

from catalog.sources.source import Source


class LinkCheck(models.Model):
    """One visit. The last CHECKS_KEPT (see `record`) of each source are kept."""

    class Outcome(models.TextChoices):
        FINE = "fine", "fine"
        MOVED = "moved", "moved"
        TITLE_DIFFERS = "title_differs", "title differs"
        DEAD = "dead", "dead"
        UNSURE = "unsure", "could not tell"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="checks")
    url = models.URLField("link visited", max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The last answer's HTTP status.")
    final_url = models.URLField("where it led", max_length=2000, blank=True)
    title = models.CharField("title found", max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="What happened, in words.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["source", "-at"], name="catalog_checks_of_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_outcome_display()}"

    @property
    def note_text(self) -> str:
        """What happened, in the reader's language."""
        return self.note

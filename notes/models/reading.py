"""How far one person is with one source."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.models import Entry, Source


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user) -> "ReadingQuerySet":
        """One's own readings, and nobody else's."""
        return self.filter(person=user) if user.is_authenticated else self.none()


class Reading(models.Model):
    """One person's state with a source. Kept per source, so that it counts wherever the source stands;
    a place that asks to read the source again (`Entry.reread`) has a reading of its own."""

    class State(models.TextChoices):
        WANT = "want", "want to read"
        READING = "reading", "reading"
        READ = "read", "read"
        SKIPPED = "skipped", "skipped"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="readings")
    reread_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="rereadings")
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField(default=timezone.now, help_text="When the present state began.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "source"],
                condition=models.Q(reread_entry=None),
                name="notes_one_reading_per_source",
            ),
            models.UniqueConstraint(
                fields=["person", "reread_entry"],
                condition=models.Q(reread_entry__isnull=False),
                name="notes_one_reading_per_reread",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["want", "reading", "read", "skipped"]),
                name="notes_reading_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.source}, {self.get_state_display()}"

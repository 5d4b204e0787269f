"""A source that a reader would add to a topic."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .entry import Entry
from .proposal import Proposal
from .role import Role
from .section import Section


class Suggestion(Proposal):
    """One source for one topic. `entry` is what came of it."""

    topic = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="suggestions")
    url = models.URLField("link", max_length=500)
    canonical_url = models.CharField(max_length=500, editable=False)
    title = models.CharField(max_length=300)
    why = models.TextField(max_length=1000, help_text="What it adds to what the topic has.")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions")

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["topic", "canonical_url"],
                condition=models.Q(state="open"),
                name="catalog_one_open_suggestion",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="catalog_suggestion_says_why"),
        ]

    def __str__(self) -> str:
        return self.title


class Second(models.Model):
    """Another reader would have it, too."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="seconds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suggestion", "person"], name="catalog_second_once")]

    def __str__(self) -> str:
        return f"{self.suggestion}, seconded"

"""What a reader says is wrong with a source."""

from django.db import models

from .entry import Entry
from .proposal import Proposal
from .source import Source


class Report(Proposal):
    """A source is broken, wrong or outdated, says a reader; at one place of it, perhaps."""

    class Kind(models.TextChoices):
        BROKEN = "broken", "the link is broken"
        WRONG = "wrong", "it leads to something else"
        OUTDATED = "outdated", "it is outdated"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="reports")
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField("what is wrong", max_length=1000, blank=True)

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "by", "kind"], condition=models.Q(state="open"), name="catalog_one_open_report"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"

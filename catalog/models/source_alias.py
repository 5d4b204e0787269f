"""What a source was known by before it was merged into another."""

from django.db import models

from .source import Source


class SourceAlias(models.Model):
    """An address that leads to a source beside its own, and the key that the merged source had."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    canonical_url = models.CharField(max_length=500, unique=True)
    former = models.PositiveBigIntegerField(unique=True, editable=False, help_text="The merged source’s key.")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "source aliases"

    def __str__(self) -> str:
        return f"{self.canonical_url}, now {self.source}"

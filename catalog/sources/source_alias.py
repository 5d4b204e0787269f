"""What a source was known by before its link was corrected, or before it was merged into another."""

from django.db import models

from .source import Source


class SourceAliasQuerySet(models.QuerySet["SourceAlias"]):
    def record_old_url(self, source: Source, left: Source) -> None:
        """The source has another address than when it was as it `left`: call it on its aliases.

        The old one leads to it, unless it shows something else; the new one is its own now, and no alias."""
        if source.canonical_url == left.canonical_url:
            return
        regained = self.filter(canonical_url=source.canonical_url)
        regained.filter(merged_source_id=None).delete()
        regained.update(canonical_url=None)
        if not left.leads_elsewhere:
            self.create(source=source, canonical_url=left.canonical_url)


class SourceAlias(models.Model):
    """An address that leads to a source beside its own, the key that a merged source had, or both."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="aliases")
    canonical_url = models.CharField(
        max_length=500, unique=True, null=True, help_text="None where it is no address beside its own any more."
    )
    merged_source_id = models.PositiveBigIntegerField(
        unique=True, null=True, editable=False, help_text="The merged source’s key, if one was merged."
    )

    objects = SourceAliasQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "source aliases"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(canonical_url__isnull=False) | models.Q(merged_source_id__isnull=False),
                name="catalog_alias_leads_from_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.canonical_url or self.merged_source_id}, now {self.source}"

"""Former canonical URLs of a source, and the primary keys of sources merged into it."""

from django.db import models

from .source import Source


class SourceAliasQuerySet(models.QuerySet["SourceAlias"]):
    def record_old_url(self, source: Source, left: Source) -> None:
        """Update the source's aliases after its canonical URL changed; `left` is the source before the change. Call it
        on `source.aliases`.

        The old URL becomes an alias, unless the old link led elsewhere; the new URL stops being one."""
        if source.canonical_url == left.canonical_url:
            return
        regained = self.filter(canonical_url=source.canonical_url)
        regained.filter(merged_source_id=None).delete()
        regained.update(canonical_url=None)
        if not left.leads_elsewhere:
            self.create(source=source, canonical_url=left.canonical_url)


class SourceAlias(models.Model):
    """Another canonical URL of a source, the primary key of a source merged into it, or both."""

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

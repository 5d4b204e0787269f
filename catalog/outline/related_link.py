"""Another link that an entry names beside its source: code of a paper, slides of a talk."""

from django.db import models

from .entry import Entry


class RelatedLink(models.Model):
    """One more link in an entry's reason, in order; see `Entry.relate`.

    Pages show none of these: the reason's own HTML has every one of them, in the words around it. The rows are for the
    export as JSON."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="related_links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    url = models.CharField("link", max_length=500)

    class Meta:
        ordering = ["entry", "position"]
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="catalog_related_link_position")]

    def __str__(self) -> str:
        return self.title

"""A thing to read, known by its canonical address, whatever lists name it."""

from django.db import models
from django.urls import reverse


class Source(models.Model):
    """A paper, post, book or page. Two links that lead to the same thing are one source."""

    class Kind(models.TextChoices):
        PAPER = "paper", "paper"
        BOOK = "book", "book"
        BLOG = "blog", "blog"
        DOCS = "docs", "documentation"
        FORUM = "forum", "forum"
        CODE = "code", "code"
        VIDEO = "video", "video"
        REPORT = "report", "report"
        COURSE = "course", "course"

    class Leads(models.TextChoices):
        """Whether the listed link leads to what the list says."""

        YES = "yes", "yes"
        NO = "no", "no, elsewhere"
        UNKNOWN = "unknown", "could not be confirmed"

    canonical_url = models.CharField(max_length=500, unique=True, help_text="The folded address: a key, not a link.")
    url = models.URLField("link", max_length=500, help_text="As it is listed.")
    listed_title = models.CharField(max_length=300, help_text="As the list first names it.")
    title = models.CharField("real title", max_length=300, blank=True)
    authors = models.JSONField(default=list, blank=True, help_text='Names in order; a last "others" means more.')
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    venue = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    identifier = models.CharField(max_length=120, blank=True, help_text="arXiv id, DOI or ISBN.")
    leads_to_listed = models.CharField("link leads there", max_length=10, choices=Leads.choices, default=Leads.UNKNOWN)
    link_note = models.TextField("note on the link", blank=True)
    better_url = models.URLField("better link", max_length=500, blank=True)
    facts_as_read = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Its facts as the facts file last gave them."
    )

    class Meta:
        ordering = ["listed_title"]

    def __str__(self) -> str:
        return self.listed_title

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

"""A reading list: the root of a tree of headings and their entries."""

from django.db import models
from django.urls import reverse


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def default(self) -> "ReadingList | None":
        """The list that is shown where none is named."""
        return self.filter(is_default=True).first()


class ReadingList(models.Model):
    """A curated list of things to read, and the method to read them by. Several may live side by side."""

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(max_length=200)
    preamble = models.TextField(blank=True, help_text="The Markdown before the first heading, verbatim.")
    method_as_read = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Steps and prompts as the file last gave them."
    )
    is_default = models.BooleanField("shown where no list is named", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReadingListQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="catalog_one_default_list",
                violation_error_message="Another list is shown there. Take that away from it first.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("list", args=[self.slug])

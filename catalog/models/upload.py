"""A list's file that a curator brought, and that waits to be applied."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .reading_list import ReadingList


class Upload(models.Model):
    """A Markdown file, kept between its preview and the decision. `seen` is the list's version in the preview."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads")
    slug = models.SlugField(max_length=60, blank=True, help_text="Names the list to be made, where there is none yet.")
    title = models.CharField(max_length=200, blank=True)
    name = models.CharField("file", max_length=200)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    seen = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name

"""An uploaded list file, kept from its preview until it is applied, discarded or expired."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import md5

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from readlist_site.base.jobs.job import Job

from .conversion import to_markdown
from .kind_choices import Choice

# How long a file that isn't applied is kept.
EXPIRES_AFTER = timedelta(days=30)


class UploadQuerySet(models.QuerySet["Upload"]):
    def not_applied(self) -> "UploadQuerySet":
        """The uploads that weren't applied yet."""
        return self.filter(applied_at=None)

    def applied(self) -> "UploadQuerySet":
        return self.filter(applied_at__isnull=False)

    def purge(self, now: datetime) -> int:
        """Delete the uploads older than EXPIRES_AFTER that weren't applied; returns their number."""
        return self.not_applied().filter(at__lt=now - EXPIRES_AFTER).delete()[0]


class Upload(models.Model):
    """A Markdown file to be imported. `seen` is the list's version at the upload, 0 for a new list;
    `job` the last job that read or applied it."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, null=True, blank=True, related_name="uploads")
    slug = models.SlugField(max_length=60, blank=True, help_text="Names the list to be made, where there is none yet.")
    title = models.CharField(max_length=200, blank=True)
    name = models.CharField("file", max_length=200)
    text = models.TextField()
    needs_conversion = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the text is BibTeX, CSV or bookmarks, of which a job makes Markdown when it reads it.",
    )
    base = models.URLField(max_length=500, blank=True, db_default="", help_text="Resolves the file's relative links.")
    kinds = models.JSONField(
        null=True,
        blank=True,
        help_text="Kinds and roles chosen in the preview, by the place of the heading in the file.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    seen = models.PositiveIntegerField(default=0)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def target(self) -> ReadingList:
        """The list to import into, unsaved if it is to be created."""
        named = ReadingList.objects.filter(slug=self.slug).first() if self.slug else None
        return self.list or named or ReadingList(slug=self.slug, title=self.title)

    def convert(self) -> None:
        """Make Markdown of a text that needs it, and store that. Raises NotConvertible."""
        if self.needs_conversion:
            self.text, self.needs_conversion = to_markdown(self.name, self.text), False
            Upload.objects.filter(pk=self.pk, needs_conversion=True).update(text=self.text, needs_conversion=False)

    @property
    def chosen_kinds(self) -> str:
        """A short name of the kinds that are chosen, so that a page can tell whether it shows these."""
        return md5(json.dumps(self.kinds, sort_keys=True).encode(), usedforsecurity=False).hexdigest()

    def choose_kinds(self, choices: Mapping[int, Choice]) -> None:
        """Store the curator's choices of kinds and roles."""
        self.kinds = {place: choice.to_json() for place, choice in choices.items()}
        self.save(update_fields=["kinds"])

    def mark_applied(self, reading_list: ReadingList) -> bool:
        """Mark the upload as applied to the list by a conditional update, and keep its base address for the list's next
        import. Returns False if it was applied or discarded before."""
        now, this = timezone.now(), Upload.objects.not_applied().filter(pk=self.pk)
        if not this.update(applied_at=now, list=reading_list):
            return False
        if self.base:
            ReadingList.objects.filter(pk=reading_list.pk).update(import_base=self.base)
        return True

"""What curators did to a list or a source, line by line."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone

from .reading_list import ReadingList
from .source import Source

LONGEST = 1000


class ChangeQuerySet(models.QuerySet["Change"]):
    def note(self, *, by, what: str, list: ReadingList | None = None, source: Source | None = None) -> "Change":
        """Write a line. Call it inside the transaction of the change itself. `by` is None for what nobody did."""
        return self.create(by=by, what=_bounded(what), list=list, source=source)

    def note_all(self, whats: Iterable[str], *, by, list: ReadingList) -> None:
        """Write many lines of one act, at one time, the latest last. Call it inside the transaction of the act."""
        now = timezone.now()
        self.bulk_create(Change(by=by, what=_bounded(what), list=list, at=now) for what in whats)


def _bounded(what: str) -> str:
    return what if len(what) <= LONGEST else f"{what[: LONGEST - 1]}…"


class Change(models.Model):
    """One line of the history: who, when, and in words what, with the value before and after."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, blank=True, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=LONGEST)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["list", "-at", "-id"], name="catalog_change_of_list")]
        constraints = [models.CheckConstraint(condition=~models.Q(what=""), name="catalog_change_says_what")]

    def __str__(self) -> str:
        return self.what

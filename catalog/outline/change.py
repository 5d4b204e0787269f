"""The change log of lists and sources."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.sources.source import Source


class ChangeQuerySet(models.QuerySet["Change"]):
    def record(
        self, code: str, facts: dict, *, by, list: ReadingList | None = None, source: Source | None = None
    ) -> "Change":
        """Write one line. Call it in the transaction of the change. `by` is None if no person made the change."""
        return self.create(by=by, code=code, facts=facts, list=list, source=source)

    def record_all(self, lines: Iterable[tuple[str, dict]], *, by, list: ReadingList) -> None:
        """Write the lines of one operation with the same time, in order, so that the last is shown first. Call it in
        the transaction of the operation."""
        now = timezone.now()
        self.bulk_create(Change(by=by, code=code, facts=facts, list=list, at=now) for code, facts in lines)


class Change(models.Model):
    """One line of the change log: who, when, and what (a code and facts, with the values before and after).

    The sentences are in `catalog/curation/change_text.py`."""

    list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, blank=True, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    code = models.CharField(max_length=20, blank=True, default="", db_default="")
    facts = models.JSONField(null=True, blank=True)
    what = models.CharField(
        max_length=1000, blank=True, default="", db_default="", help_text="The sentence, where there is no code."
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["list", "-at", "-id"], name="catalog_change_of_list")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(what="") | ~models.Q(code=""), name="catalog_change_has_code_or_sentence"
            )
        ]

    def __str__(self) -> str:
        return self.what or self.code

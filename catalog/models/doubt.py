"""A doubt about where a source's link leads, until a curator settles it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .source import Source


class DoubtQuerySet(models.QuerySet["Doubt"]):
    def open(self) -> "DoubtQuerySet":
        """What waits for a curator."""
        return self.filter(settled_at=None)

    def raise_about(self, source: Source, *, kind: str, note: str = "", better_url: str = "") -> "Doubt":
        """Open a doubt, or say more of the one that is open: a source has one at a time."""
        said = {"kind": kind, "note": note[:2000], "better_url": better_url}
        doubt, new = self.get_or_create(source=source, settled_at=None, defaults=said)
        if not new:
            known = {name: value for name, value in said.items() if value and getattr(doubt, name) != value}
            for name, value in known.items():
                setattr(doubt, name, value)
            doubt.save(update_fields=list(known))
        return doubt


class Doubt(models.Model):
    """Why a link may be no good, and what came of it."""

    class Kind(models.TextChoices):
        ELSEWHERE = "elsewhere", "leads elsewhere"
        UNCONFIRMED = "unconfirmed", "could not be confirmed"
        DEAD = "dead", "dead"
        MOVED = "moved", "moved"
        TITLE_DIFFERS = "title_differs", "title differs"
        REPORTED = "reported", "reported by a reader"

    class How(models.TextChoices):
        BETTER = "better", "took the better link"
        OTHER = "other", "wrote another link"
        DISMISSED = "dismissed", "dismissed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="doubts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    note = models.TextField(blank=True)
    better_url = models.URLField("better link", max_length=500, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=10, choices=How.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(settled_at=None), name="catalog_one_open_doubt"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, how="") | (models.Q(settled_at__isnull=False) & ~models.Q(how="")),
                name="catalog_settled_doubt_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(how="dismissed") | ~models.Q(reason=""), name="catalog_dismissed_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_kind_display()}"

"""A link check: the recorded result of one visit to a source's link."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.sources.source import Source

from .finding_text import finding_text


class LinkCheck(models.Model):
    """One visit. The last CHECKS_KEPT (see `record`) of each source are kept."""

    class Outcome(models.TextChoices):
        FINE = "fine", _("works")
        MOVED = "moved", _("moved")
        TITLE_DIFFERS = "title_differs", _("title differs")
        DEAD = "dead", _("broken")
        UNSURE = "unsure", _("unclear")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="checks")
    url = models.URLField(_("link checked"), max_length=500, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    outcome = models.CharField(_("result"), max_length=20, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    final_url = models.URLField(_("final address"), max_length=2000, blank=True)
    title = models.CharField(_("title found"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        indexes = [models.Index(fields=["source", "-at"], name="catalog_checks_of_source")]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_outcome_display()}"

    @property
    def note_text(self) -> str:
        """What happened, in the reader's language."""
        return finding_text(self.note)

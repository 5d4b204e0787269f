"""What administrators announce on every page for a while, such as an upgrade."""

from hashlib import sha256
from time import monotonic

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Seconds after which each process asks the database again, so that no page needs a query of its own. What is announced
# shows at once in the process that saved it, and in others after that.
MAX_AGE = 15.0


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        transaction.on_commit(forget)
        return super().delete()


class Announcement(models.Model):
    """A sentence on every page, from `starts_at` until `ends_at`, if that is set."""

    class Level(models.TextChoices):
        INFORMATION = "information", _("information")
        WARNING = "warning", _("warning")

    text = models.CharField(
        _("text"),
        max_length=300,
        help_text=_("One or two sentences, shown as plain text. For example: “Upgrade at 18:00.”"),
    )
    level = models.CharField(_("level"), max_length=11, choices=Level.choices, default=Level.INFORMATION)
    starts_at = models.DateTimeField(pgettext_lazy("time", "from"), default=timezone.now)
    ends_at = models.DateTimeField(
        pgettext_lazy("time", "until"),
        null=True,
        blank=True,
        help_text=_("Leave this empty to show it until you delete it."),
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="announcements_say_something"),
            models.CheckConstraint(condition=Q(level__in=["information", "warning"]), name="announcements_level_known"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="announcements_end_after_start",
                violation_error_message=_("It must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args, **kwargs) -> None:
        transaction.on_commit(forget)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        transaction.on_commit(forget)
        return super().delete(*args, **kwargs)

    @property
    def dismissal_key(self) -> str:
        """What a browser keeps to hide it: of the text, too, so that it shows again once it says something else."""
        return f"{self.pk}-{sha256(self.text.encode()).hexdigest()[:8]}"


# When they were loaded, and all that may be shown now or later.
_loaded: tuple[float, list[Announcement]] = (float("-inf"), [])


def current_announcements() -> list[Announcement]:
    """Returns those that have begun and not ended, the oldest first; loads them every MAX_AGE seconds at most."""
    global _loaded
    now = timezone.now()
    if monotonic() - _loaded[0] >= MAX_AGE:
        _loaded = monotonic(), list(Announcement.objects.exclude(ends_at__lte=now).order_by("starts_at", "pk"))
    return [each for each in _loaded[1] if each.starts_at <= now and (each.ends_at is None or now < each.ends_at)]


def forget() -> None:
    """Has the next page of this process load them anew."""
    global _loaded
    _loaded = (float("-inf"), [])

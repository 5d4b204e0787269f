"""How a person receives each kind of notification by e-mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EmailPreferenceQuerySet(models.QuerySet["EmailPreference"]):
    def set_for(self, person, mail_by_kind: dict[str, str]) -> None:
        """Creates or updates this person's preference for each of these kinds."""
        preferences = [self.model(person=person, kind=kind, mail=mail) for kind, mail in mail_by_kind.items()]
        keys = ["person", "kind"]
        self.bulk_create(preferences, update_conflicts=True, unique_fields=keys, update_fields=["mail"])


class EmailPreference(models.Model):
    """One person's choice for one kind of notification. Without one, the kind's default applies."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("in a daily digest")
        NEVER = "never", _("never")
        OFF = "off", _("off, not even in the app")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_preferences")
    kind = models.CharField(max_length=20)
    mail = models.CharField(max_length=8, choices=Mail.choices)

    objects = EmailPreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notices_one_preference_per_kind"),
            models.CheckConstraint(
                condition=models.Q(mail__in=["at_once", "daily", "never", "off"]), name="notices_mail_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.get_mail_display()}"

"""The webhook of a group: an address that is told of what happens in it, such as that of the group's own chat."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group

from . import notifications

# How long to wait after each failure in a row; one more pauses the webhook.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
LEASE = timedelta(minutes=10)


def new_secret() -> str:
    """Return a secret for signatures, as the Standard Webhooks specification writes them."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user) -> "WebhookQuerySet":
        """Return the webhooks of the groups that a person owns and is a member of: the address is a secret."""
        return self.filter(group__in=Group.objects.owned_by(user))

    def active(self) -> "WebhookQuerySet":
        """Return those that aren't paused, of groups that aren't archived."""
        return self.filter(paused_at=None, group__archived_at=None)

    def due(self, now: datetime) -> "WebhookQuerySet":
        """Return those with deliveries to attempt now. Tests are sent whether a webhook is paused, waits after a
        failure, or neither. Those come first that were served least recently."""
        is_ready = Q(paused_at=None) & (Q(retry_at=None) | Q(retry_at__lte=now))
        free = self.filter(Q(leased_until=None) | Q(leased_until__lte=now), group__archived_at=None)
        waiting = free.filter(is_ready | Q(deliveries__event="test"), deliveries__state="waiting").values("pk")
        served = self.filter(pk__in=waiting).annotate(served_at=Max("deliveries__attempted_at"))
        return served.order_by(F("served_at").asc(nulls_first=True), "pk")

    def lease(self, webhook: "Webhook", now: datetime) -> bool:
        """Return whether this process, of any number that ask at once, is the one to send for a webhook. Nobody else
        does before LEASE is over, or `release`."""
        is_free = Q(leased_until=None) | Q(leased_until__lte=now)
        return bool(self.filter(is_free, pk=webhook.pk).update(leased_until=now + LEASE))

    def release(self, webhook: "Webhook", now: datetime) -> None:
        """End the lease that was taken at `now`."""
        self.filter(pk=webhook.pk, leased_until=now + LEASE).update(leased_until=None)


class Webhook(models.Model):
    """An address, which events it is told of, and how. Each group has at most one. Only its owner sees and changes
    it."""

    class Format(models.TextChoices):
        SLACK = "slack", _("A chat: Slack, Mattermost, Discord, Zulip")
        JSON = "json", _("A program of your own: JSON")

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="webhook")
    url = models.CharField(max_length=2000)
    format = models.CharField(max_length=5, choices=Format.choices, default=Format.SLACK)
    on_thread = models.BooleanField(default=True)
    on_submission = models.BooleanField(default=True)
    on_acceptance = models.BooleanField(default=True)
    secret = models.CharField(max_length=64, default=new_secret, help_text="The key of the signatures.")
    created_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0, help_text="How many attempts in a row have failed.")
    retry_at = models.DateTimeField(null=True, help_text="Until when it waits after a failure.")
    paused_at = models.DateTimeField(null=True, help_text="Since when it is told of nothing, after many failures.")
    leased_until = models.DateTimeField(null=True, help_text="Until when one process sends for it.")

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="groups_webhook_has_address"),
            models.CheckConstraint(condition=Q(format__in=["slack", "json"]), name="groups_webhook_format_known"),
        ]

    def __str__(self) -> str:
        return f"The webhook of {self.group}"

    def get_absolute_url(self) -> str:
        """The address of the page with its settings."""
        return reverse("webhook", args=[self.group_id])

    @transaction.atomic
    def set_up(self, *, by, **columns) -> bool:
        """Save the webhook with these columns, new or changed, and resume it if the address changed. Return whether it
        is new. Locks the group. Raises GroupArchived, and RuleViolation ("not_the_owner")."""
        self._lock(by)
        before = Webhook.objects.filter(group=self.group).first()
        if before is None:
            Webhook.objects.create(group=self.group, **columns)
            return True
        Webhook.objects.filter(pk=before.pk).update(**columns)
        if before.url != columns["url"]:
            before._resume()
        return False

    @transaction.atomic
    def replace_secret(self, *, by) -> str:
        """Replace the secret, and return the new one: signatures of what isn't sent yet are made with it. Locks the
        group. Raises as `set_up`."""
        self._lock(by)
        secret = new_secret()
        Webhook.objects.filter(pk=self.pk).update(secret=secret)
        return secret

    @transaction.atomic
    def resume(self, *, by) -> None:
        """Tell it of what happens from now on. Locks the group. Raises as `set_up`."""
        self._lock(by)
        self._resume()

    @transaction.atomic
    def remove(self, *, by) -> None:
        """Delete it with its deliveries. Locks the group. Raises as `set_up`."""
        self._lock(by)
        notifications.resolve_paused(self.group)
        Webhook.objects.filter(pk=self.pk).delete()

    @transaction.atomic
    def send_test(self, *, by) -> None:
        """Have a test message sent by the worker. Locks the group. Raises as `set_up`."""
        self._lock(by)
        self.deliveries.create(event="test", key=f"test-{secrets.token_hex(8)}", actor=by, path=self.get_absolute_url())

    def record_success(self) -> None:
        """Note that the address took a message."""
        Webhook.objects.filter(pk=self.pk).update(failures=0, retry_at=None)

    def record_failure(self, now: datetime, *, retry_after: float | None = None) -> None:
        """Note a failed attempt: the next waits for BACK_OFF, or as long as the host says if that is longer, at most a
        day. After as many as there are waits, pause it, drop what waits, and notify the owner. Lock the group first."""
        fresh = Webhook.objects.filter(pk=self.pk, url=self.url, paused_at=None).first()
        if fresh is None:
            return
        fresh.failures += 1
        if fresh.failures <= len(BACK_OFF):
            asked = timedelta(seconds=min(retry_after or 0, 86_400))
            fresh.retry_at = now + max(BACK_OFF[fresh.failures - 1], asked)
        else:
            fresh.paused_at, fresh.retry_at = now, None
            fresh.deliveries.waiting().exclude(event="test").drop(now)
            notifications.notify_paused(self.group, now)
        fresh.save(update_fields=["failures", "retry_at", "paused_at"])

    def _lock(self, by) -> None:
        self.group.lock_as_owner(by)
        self.group.refuse_if_archived()

    def _resume(self) -> None:
        Webhook.objects.filter(pk=self.pk).update(failures=0, retry_at=None, paused_at=None)
        notifications.resolve_paused(self.group)

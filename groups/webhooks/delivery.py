"""What a webhook is told, one row an event: the outbox from which the worker sends."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.members.group import Group

from .webhook import Webhook

# What could not be sent for so long isn't news any more.
EXPIRES_AFTER = timedelta(days=1)
# So many that were attempted are kept of each webhook, and so many wait at most.
KEPT, MOST_WAITING = 20, 50


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> "WebhookDeliveryQuerySet":
        """Return those that are still to be sent, oldest first."""
        return self.filter(state=WebhookDelivery.State.WAITING).order_by("pk")

    def drop(self, now: datetime) -> int:
        """Give those that wait up. Return their number."""
        return self.waiting().order_by().update(state=WebhookDelivery.State.DROPPED, attempted_at=now)

    def record(
        self, group: Group, event: str, *, key: str, actor, path: str, facts: dict, now: datetime | None = None
    ) -> None:
        """Write down that the group's webhook is to be told of an event, if it has one that is told of such. `key`
        names the event: recorded again, it changes the facts of what waits, and nothing is sent twice. Call it inside
        the transaction of the event."""
        if not settings.WEBHOOKS or group.archived_at:
            return
        for webhook in Webhook.objects.active().filter(group=group, **{f"on_{event}": True}):
            row = {"actor": actor, "path": path, "facts": facts, "created_at": now or timezone.now()}
            self.bulk_create(
                [self.model(webhook=webhook, event=event, key=key, **row)],
                update_conflicts=True,
                unique_fields=["webhook", "key"],
                update_fields=["facts"],
            )

    def trim(self, webhook: Webhook, now: datetime) -> None:
        """Drop what has waited too long or is too much of a webhook, and delete all but its latest deliveries."""
        theirs = self.filter(webhook=webhook)
        theirs.filter(created_at__lte=now - EXPIRES_AFTER).drop(now)
        surplus = list(theirs.waiting().order_by("-pk").values_list("pk", flat=True)[MOST_WAITING:])
        theirs.filter(pk__in=surplus).drop(now)
        done = theirs.exclude(state=WebhookDelivery.State.WAITING).order_by("-pk")
        theirs.filter(pk__in=list(done.values_list("pk", flat=True)[KEPT:])).delete()


class WebhookDelivery(models.Model):
    """One event for one webhook. It goes with the account of the person whom it names."""

    class Event(models.TextChoices):
        THREAD = "thread", _("New thread")
        SUBMISSION = "submission", _("Summary submitted for review")
        ACCEPTANCE = "acceptance", _("Summary accepted")
        TEST = "test", _("Test")

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.CharField(max_length=10, choices=Event.choices)
    key = models.CharField(max_length=40, help_text="The event, recorded once.")
    # Without a constraint, because servers of the release before delete accounts and don't know this table.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    token = models.UUIDField(default=uuid.uuid4, help_text="By this the address knows a message that comes again.")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="What the address answered last.")
    problem = models.CharField(max_length=20, blank=True, default="", help_text="Why the last attempt failed.")

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="groups_webhook_event_once"),
            models.CheckConstraint(
                condition=Q(event__in=["thread", "submission", "acceptance", "test"]), name="groups_webhook_event_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "failed", "dropped"]), name="groups_delivery_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["webhook"], condition=Q(state="waiting"), name="groups_delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.webhook_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be sent."""
        return self.state == self.State.WAITING

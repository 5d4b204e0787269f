"""Sends what webhooks are to be told, outside of any transaction. Run by the worker.

What an address took before the worker was stopped is sent again, with the same `webhook-id`."""

import logging
from dataclasses import replace
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from readlist_site.base.link_fetch.fetch import FetchOutcome, Limits, LinkFetcher

from .delivery import WebhookDelivery
from .message import body_of, headers_of
from .webhook import BACK_OFF, Webhook

# How many webhooks are served at a time, and how many messages each.
BATCH, MOST_MESSAGES = 20, 10
LIMITS = replace(Limits(), seconds=10)
# After so many seconds the next webhook has its turn, so that a slow address doesn't hold up the others.
TURN = 15

log = logging.getLogger(__name__)


def default_fetcher() -> LinkFetcher:
    """Return what sends the messages. The user agent contains SITE_URL, so that an operator can see who sends them."""
    return LinkFetcher(agent=f"Readlist-webhook (+{settings.SITE_URL})".replace(" (+)", ""), limits=LIMITS)


def send_due_webhooks(fetcher: LinkFetcher | None = None, now: datetime | None = None) -> int:
    """Send what waits, in its order, until an address fails; of at most BATCH webhooks. Return how many messages were
    taken. Safe to run in several processes at once."""
    if not settings.WEBHOOKS:
        return 0
    fetcher, sent = fetcher or default_fetcher(), 0
    for webhook in list(Webhook.objects.due(now or timezone.now())[:BATCH]):
        at = now or timezone.now()
        if Webhook.objects.lease(webhook, at):
            try:
                WebhookDelivery.objects.trim(webhook, at)
                sent += _send_waiting(webhook.pk, fetcher, now)
            except Exception:  # a fault with one must not hold up the others
                log.exception("The messages for webhook %s could not be sent.", webhook.pk)
                _put_off(webhook, at)
            finally:
                Webhook.objects.release(webhook, at)
    return sent


def _send_waiting(key: int, fetcher: LinkFetcher, now: datetime | None) -> int:
    sent, began = 0, monotonic()
    for _ in range(MOST_MESSAGES):
        if monotonic() - began > TURN:
            break
        at = now or timezone.now()
        # Read anew each time: the owner may have changed, paused or removed it, or archived the group.
        webhook = Webhook.objects.select_related("group__owner").filter(pk=key, group__archived_at=None).first()
        delivery = webhook and _next_delivery(webhook, at)
        if not delivery:
            break
        sent += _attempt(webhook, delivery, fetcher, at)
    return sent


def _put_off(webhook: Webhook, now: datetime) -> None:
    """Have what waits attempted later; but not a test, which is sent once."""
    Webhook.objects.filter(pk=webhook.pk, paused_at=None).update(retry_at=now + BACK_OFF[0])
    tests = webhook.deliveries.waiting().order_by().filter(event=WebhookDelivery.Event.TEST)
    tests.update(state=WebhookDelivery.State.FAILED, attempted_at=now)


def _next_delivery(webhook: Webhook, now: datetime) -> WebhookDelivery | None:
    """Return the test that waits, or else the oldest that waits, if the webhook is neither paused nor waits itself."""
    waiting = webhook.deliveries.waiting().select_related("actor")
    test = waiting.filter(event=WebhookDelivery.Event.TEST).first()
    is_ready = webhook.paused_at is None and (webhook.retry_at is None or webhook.retry_at <= now)
    return test or (waiting.first() if is_ready else None)


def _attempt(webhook: Webhook, delivery: WebhookDelivery, fetcher: LinkFetcher, now: datetime) -> bool:
    """Send one message, and write down how that went. A test is sent once, and counts for nothing."""
    body = body_of(webhook, delivery)
    result = fetcher.post(webhook.url, body, headers_of(webhook, delivery, body, now))
    is_taken, is_test = result.found == FetchOutcome.ANSWERED, delivery.event == WebhookDelivery.Event.TEST
    state = WebhookDelivery.State.SENT if is_taken else WebhookDelivery.State.FAILED
    with transaction.atomic():
        # First, as everywhere: who records an event holds it.
        webhook.group.lock()
        # It may have been dropped meanwhile.
        WebhookDelivery.objects.filter(pk=delivery.pk, state=WebhookDelivery.State.WAITING).update(
            state=state if is_taken or is_test else WebhookDelivery.State.WAITING,
            attempts=delivery.attempts + 1,
            attempted_at=now,
            status=result.status,
            problem=result.problem,
        )
        if is_taken:
            webhook.record_success()
        elif not is_test:
            webhook.record_failure(now, retry_after=result.retry_after)
    return is_taken

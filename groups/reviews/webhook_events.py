"""What a group's webhook is told of submissions. Called inside the transaction of the change. Takes rounds without
importing their model, because that imports this module."""

from datetime import datetime

from django.db.models import Model

from groups.webhooks.delivery import WebhookDelivery

Event = WebhookDelivery.Event


def record_submitted(round: Model, now: datetime) -> None:
    """Record that a revision was submitted. One that replaces another in place changes what waits to be sent."""
    _record(round, Event.SUBMISSION, now, revision=round.revision.number)


def record_accepted(round: Model, now: datetime) -> None:
    """Record that a revision was accepted."""
    _record(round, Event.ACCEPTANCE, now)


def _record(round: Model, event: str, now: datetime, **facts: int) -> None:
    submission, summary = round.submission, round.submission.summary
    WebhookDelivery.objects.record(
        submission.group,
        event,
        key=f"{event}-{round.pk}",
        actor=summary.author,
        path=submission.get_absolute_url(),
        facts={"topic": summary.topic.short_name} | facts,
        now=now,
    )

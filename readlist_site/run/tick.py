"""What time brings about: written and sent by `manage.py tick`, which the worker runs again and again."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from catalog.imports.upload import Upload
from groups.reviews.reminder import Reminder
from groups.reviews.review_round import ReviewRound
from readlist_site.base.notifications.outbox import send_due_emails


@dataclass(frozen=True)
class Ticked:
    """What one look brought about."""

    accepted: int
    reminded: int
    mails: int
    failures: list[str]

    def __bool__(self) -> bool:
        return bool(self.accepted or self.reminded or self.mails or self.failures)

    def __str__(self) -> str:
        said = f"{self.accepted} accepted, {self.reminded} reminded of, {self.mails} mailed."
        return " ".join([said, *(f"No mail could be sent: {failure}." for failure in self.failures)])


def tick(now: datetime | None = None) -> Ticked:
    """Accept what time has decided, remind who is to be reminded, forget what was left lying, send the mail that is
    due. Whatever was late, and however often it is asked: each of it happens once."""
    at = now or timezone.now()
    accepted, reminded = ReviewRound.objects.accept_due(at), Reminder.objects.send_due(at)
    Upload.objects.purge(at)
    sent = send_due_emails(now)
    return Ticked(accepted, reminded, sent.mails, sent.failures)

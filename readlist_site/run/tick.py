"""The periodic work of Readlist, run by `manage.py tick` and repeatedly by the worker."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from catalog.imports.upload import Upload
from groups.reviews.reminder import Reminder
from groups.reviews.review_round import ReviewRound
from readlist_site.base.accounts.sign_in_lock_mail import send_lock_mails
from readlist_site.base.jobs.job import Job
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.sent_forms.models import SentForm


@dataclass(frozen=True)
class TickResult:
    """What one tick did."""

    accepted: int
    reminded: int
    mails: int
    failures: list[str]

    def __bool__(self) -> bool:
        return bool(self.accepted or self.reminded or self.mails or self.failures)

    def __str__(self) -> str:
        counts = f"{self.accepted} accepted, {self.reminded} reminded of, {self.mails} mailed."
        return " ".join([counts, *(f"No mail could be sent: {failure}." for failure in self.failures)])


def tick(now: datetime | None = None) -> TickResult:
    """Accepts the review rounds that are due, sends due reminders, deletes old uploads, jobs, counters and records
    of sent forms, and sends due e-mails.

    Idempotent: overdue work is done once, however late and however often this runs."""
    at = now or timezone.now()
    accepted, reminded = ReviewRound.objects.accept_due(at), Reminder.objects.send_due(at)
    Upload.objects.purge(at)
    Job.objects.purge(at)
    SentForm.objects.purge(at)
    Counter.objects.purge(at)
    (lock_mails, failures), sent = send_lock_mails(at), send_due_emails(now)
    return TickResult(accepted, reminded, lock_mails + sent.mails, failures + sent.failures)

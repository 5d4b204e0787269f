"""The periodic work of Readlist, run by `manage.py tick` and repeatedly by the worker."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.utils import timezone

from catalog.imports.upload import Upload
from groups.members.membership import Membership
from groups.reviews.reminder import Reminder
from groups.reviews.review_round import ReviewRound
from groups.threads.recount import drifted_threads
from readlist_site.base.accounts.account_deletion_mail import send_deletion_mails
from readlist_site.base.accounts.sessions.session_list import purge_sessions
from readlist_site.base.accounts.sign_in_lock_mail import send_lock_mails
from readlist_site.base.images.sweep import sweep as sweep_images
from readlist_site.base.jobs.job import Job
from readlist_site.base.notifications.notification import Notification
from readlist_site.base.notifications.outbox import send_due_emails
from readlist_site.base.notifications.security_notices import send_security_notices
from readlist_site.base.rate_limits.counter import Counter
from readlist_site.base.sent_forms.models import SentForm
from readlist_site.personal_data.erase_account import delete_due_accounts
from readlist_site.run.periodic_task import IMAGES, MAIL, RECOUNT, TICK, PeriodicTask

RECOUNT_EVERY, RECOUNT_LEASE = timedelta(days=1), timedelta(hours=1)
IMAGES_EVERY, IMAGES_LEASE = timedelta(hours=1), timedelta(minutes=30)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TickResult:
    """What one tick did."""

    accepted: int
    reminded: int
    mails: int
    failures: list[str]
    accounts_deleted: int = 0
    accounts_not_deleted: Sequence[str] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @property
    def has_failed(self) -> bool:
        """Whether something is to be tried again."""
        return bool(self.failures or self.accounts_not_deleted)

    def __str__(self) -> str:
        counts = f"{self.accepted} accepted, {self.reminded} reminders sent, {self.mails} e-mails sent."
        deleted = [f"Accounts deleted: {self.accounts_deleted}."] if self.accounts_deleted else []
        not_deleted = (f"No account could be deleted: {failure}." for failure in self.accounts_not_deleted)
        return " ".join(
            [counts, *deleted, *not_deleted, *(f"No mail could be sent: {failure}." for failure in self.failures)]
        )


def tick(now: datetime | None = None) -> TickResult:
    """Accepts the review rounds that are due, sends due reminders, deletes the accounts whose day has come, old
    uploads, jobs, counters, sessions and records of sent forms, compares once a day what is kept of threads with their
    posts and trims notifications, deletes once an hour images that no text shows, notes that the worker lives, sends
    due e-mails, and notes whether that worked.

    Idempotent: overdue work is done once, however late and however often this runs."""
    at = now or timezone.now()
    accepted, reminded = ReviewRound.objects.accept_due(at), Reminder.objects.send_due(at)
    Upload.objects.purge(at)
    Job.objects.purge(at)
    SentForm.objects.purge(at)
    Counter.objects.purge(at)
    purge_sessions(at)
    check_threads(at)
    delete_unused_images(at)
    PeriodicTask.objects.record_done(TICK, at)
    deleted, not_deleted = delete_due_accounts(at)
    about_accounts = [send_lock_mails(at), send_security_notices(at), send_deletion_mails(at)]
    sent = send_due_emails(now)
    mails = sum(mails for mails, _ in about_accounts) + sent.mails
    failures = [each for _, failed in about_accounts for each in failed] + sent.failures
    if failures:
        PeriodicTask.objects.record_failure(MAIL, failures[0], retry_at=at)
    elif mails:
        PeriodicTask.objects.record_done(MAIL, at)
    return TickResult(accepted, reminded, mails, failures, deleted, not_deleted)


def delete_unused_images(now: datetime) -> None:
    """Deletes images that no text shows any longer. Once an hour, on one host."""
    if PeriodicTask.objects.lease(IMAGES, every=IMAGES_EVERY, lease=IMAGES_LEASE, now=now):
        sweep_images(now)
        PeriodicTask.objects.record_done(IMAGES, now)


def check_threads(now: datetime) -> None:
    """Logs an error if what is kept of threads differs from what counting gives, and ends the oldest notifications of
    people who don't read theirs, and gives handles to members without one. Once a day, on one host."""
    if PeriodicTask.objects.lease(RECOUNT, every=RECOUNT_EVERY, lease=RECOUNT_LEASE, now=now):
        if wrong := [key for keys in drifted_threads() for key in keys]:
            log.error(
                "%d threads have a wrong number of posts, or a wrong last one: run manage.py recount.", len(wrong)
            )
        Notification.objects.trim(now)
        Membership.objects.add_handles()
        PeriodicTask.objects.record_done(RECOUNT, now)

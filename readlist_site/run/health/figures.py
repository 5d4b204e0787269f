"""What the database says about the work that waits: for monitors and for the checks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from groups.reviews.review_round import ReviewRound
from readlist_site.base.accounts.account_deletion import AccountDeletion
from readlist_site.base.accounts.models import User
from readlist_site.base.accounts.security_notice import SecurityNotice
from readlist_site.base.accounts.sign_in_lock_record import SignInLock
from readlist_site.base.jobs.job import Job
from readlist_site.base.notifications.notification import Notification
from readlist_site.run.periodic_task import PeriodicTask

# For how long a failed job is reported.
FAILED_SINCE = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """How many of a kind wait, and since when the oldest does."""

    count: int
    since: datetime | None


@dataclass(frozen=True)
class JobFigures:
    """The jobs of one kind in one state. `since` is when the oldest was created, `seen_at` the oldest sign of life of
    those that run."""

    kind: str
    state: str
    error: str
    count: int
    since: datetime
    seen_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """All figures, as of `now`. `mails` has the queues of notifications (those for a daily digest included) and of
    mails about accounts; `overdue` are review rounds that a tick is to accept; `jobs` are those that wait, run, or have
    failed within FAILED_SINCE."""

    now: datetime
    tasks: dict[str, PeriodicTask]
    mails: dict[str, Waiting]
    refused_addresses: int
    overdue: Waiting
    jobs: list[JobFigures]

    @classmethod
    def read(cls, now: datetime | None = None) -> Self:
        """Reads them, in eight statements however much there is."""
        now = now or timezone.now()
        return cls(
            now=now,
            tasks={task.name: task for task in PeriodicTask.objects.all()},
            mails={
                "notification": _waiting(Notification.objects.pending_email(), "created_at"),
                "sign_in_lock": _waiting(SignInLock.objects.filter(mailed_at=None, until__gt=now), "until"),
                "security": _waiting(SecurityNotice.objects.filter(sent_at=None), "at"),
                "deletion": _waiting(AccountDeletion.objects.to_mail(now), "requested_at"),
            },
            refused_addresses=User.objects.filter(is_active=True, email_refused_at__isnull=False).count(),
            overdue=_waiting(ReviewRound.objects.due(now), "accepts_at"),
            jobs=_jobs(now),
        )

    def since(self, task: str) -> datetime | None:
        """Returns when this periodic task was done last, or None if it never was."""
        return self.tasks[task].done_at if task in self.tasks else None

    def failure(self, task: str) -> str:
        """Returns why this periodic task has failed since, or "" if it hasn't."""
        return self.tasks[task].failure if task in self.tasks else ""


def _waiting(rows: QuerySet, column: str) -> Waiting:
    return Waiting(**rows.order_by().aggregate(count=Count("pk"), since=Min(column)))


def _jobs(now: datetime) -> list[JobFigures]:
    failed = Q(state=Job.State.FAILED, finished_at__gt=now - FAILED_SINCE)
    rows = (
        Job.objects.filter(Q(finished_at=None) | failed)
        .order_by("kind", "state", "error")
        .values("kind", "state", "error")
        .annotate(count=Count("pk"), since=Min("created_at"), seen_at=Min("heartbeat_at"))
    )
    return [JobFigures(**row) for row in rows]

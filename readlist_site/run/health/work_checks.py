"""Checks of what is done beside the pages: the worker, mails, jobs and backups. They judge figures, and ask nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from readlist_site.base.jobs.job import LEASE, Job
from readlist_site.run.periodic_task import BACKUP, MAIL

from .figures import Figures
from .finding import Finding, Level, error, ok, warning

# A worker pauses for five minutes at most, while the mail server is away; cron ticks as often.
SILENT_AFTER = timedelta(minutes=10)
# The daily digest of somebody who lives furthest west, and a tick that waits.
LATE_AFTER = {"notification": timedelta(hours=26)}
_LATE_AFTER = timedelta(hours=1)
BACKUP_LATE_AFTER, BACKUP_OLD_AFTER = timedelta(hours=26), timedelta(days=8)
JOB_WAITS_LONG, JOB_IS_STUCK = timedelta(minutes=10), 4 * LEASE


def check_worker(ticked_at: datetime | None, now: datetime) -> Finding:
    """Checks when a worker, or cron, has ticked last, on whichever host."""
    if ticked_at is None:
        return error("worker_never")
    if now - ticked_at > SILENT_AFTER:
        return error("worker_silent", at=ticked_at)
    return ok("worker", at=ticked_at)


def check_mails(figures: Figures) -> Iterator[Finding]:
    """Checks that mails go out."""
    if failure := figures.failure(MAIL):
        yield error("mails_failing", failure=failure, at=figures.since(MAIL))
    late = [
        waiting
        for kind, waiting in figures.mails.items()
        if waiting.since and waiting.since < figures.now - LATE_AFTER.get(kind, _LATE_AFTER)
    ]
    if late:
        yield error("mails_late", at=min(waiting.since for waiting in late))
    if not failure and not late:
        yield ok("mails", count=sum(waiting.count for waiting in figures.mails.values()))
    if figures.refused_addresses:
        yield warning("addresses_refused", count=figures.refused_addresses)


def check_jobs(figures: Figures) -> Iterator[Finding]:
    """Checks that long jobs are taken, go on, and end well."""
    is_fine = True
    for jobs in figures.jobs:
        facts = {"kind": jobs.kind, "count": jobs.count, "at": jobs.since}
        if jobs.state == Job.State.WAITING and jobs.since < figures.now - JOB_WAITS_LONG:
            is_fine = False
            yield warning("jobs_waiting", **facts)
        elif jobs.state == Job.State.RUNNING and (jobs.seen_at or jobs.since) < figures.now - JOB_IS_STUCK:
            is_fine = False
            yield error("jobs_stuck", **facts)
        # Other errors are the person's own, such as a file that can't be read.
        elif jobs.state == Job.State.FAILED and jobs.error in {"failed", "interrupted", "took_too_long"}:
            is_fine = False
            yield warning("jobs_failed", **facts)
    if is_fine:
        yield ok("jobs", count=sum(jobs.count for jobs in figures.jobs if jobs.state != Job.State.FAILED))


def check_backups(figures: Figures) -> Finding:
    """Checks the age of the last backup, by whatever command; of instances on this machine only if they are to be made
    daily."""
    made_at, failure = figures.since(BACKUP), figures.failure(BACKUP)
    if failure:
        return error("backup_failed", failure=failure, at=made_at)
    if settings.BACKUP_DAILY and (made_at is None or figures.now - made_at > BACKUP_LATE_AFTER):
        # A new instance makes its first within minutes.
        return Finding("backup_late" if made_at else "backup_never", Level.ERROR, {"at": made_at})
    if settings.HOSTED and made_at is None:
        return warning("backup_never")
    if settings.HOSTED and figures.now - made_at > BACKUP_OLD_AFTER:
        return warning("backup_late", at=made_at)
    return ok("backup", at=made_at) if made_at else ok("backup_not_asked")

"""`manage.py worker`: runs tick every few seconds, and jobs beside it, until it is stopped."""

import logging
import signal
from threading import Event, Thread

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from catalog.links.crawl import crawl_due
from groups.webhooks.send import send_due_webhooks
from readlist_site.base.jobs.runner import JobThread
from readlist_site.run.backup.make import back_up_if_due
from readlist_site.run.running_lock import hold_running_lock
from readlist_site.run.tick import tick

INTERVAL = 5
MAX_PAUSE = 300
LINK_BATCH_SIZE = 4
LINK_INTERVAL = 60
# Seconds that a job has to stop, which it does at its next report, before another worker may run it.
JOB_STOPS_IN = 10
BACKUP_INTERVAL = 60

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Do the periodic work every few seconds, and run jobs as they come. SIGTERM or Ctrl-C stops it after the "
        "present tick; the next worker starts an interrupted job again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=float, default=INTERVAL, help=f"seconds between ticks (default: {INTERVAL})"
        )

    def handle(self, *, every: float, **options) -> None:
        hold_running_lock()
        ended = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: ended.set())
        if settings.CHECK_LINKS:
            # In a thread, so that e-mails don't wait for a slow host. A check cut off at the end is repeated later.
            Thread(target=self.crawl, args=[ended], daemon=True).start()
        if settings.WEBHOOKS:
            # Likewise.
            Thread(target=self.send_webhooks, args=[ended], daemon=True).start()
        jobs = JobThread(ended)
        jobs.start()
        if settings.BACKUP_DAILY:
            # What is cut off at the end leaves no half backup, and is made anew.
            Thread(target=self.back_up_daily, args=[ended], daemon=True).start()
        pause = every
        while not ended.wait(pause):
            # Back off while the database or the mail server is unavailable.
            pause = every if self.tick() else min(2 * pause, MAX_PAUSE)
        jobs.join(JOB_STOPS_IN)

    def crawl(self, ended: Event) -> None:
        """Checks due links at intervals until `ended` is set; the pause doubles after each failure."""
        pause = LINK_INTERVAL
        while not ended.wait(pause):
            pause = LINK_INTERVAL if self.crawl_once() else min(2 * pause, MAX_PAUSE)

    def crawl_once(self) -> bool:
        """Checks a few due links. Returns False if that raised an exception, which is logged; an unreachable link is a
        finding, not a failure."""
        close_old_connections()
        try:
            visited = crawl_due(LINK_BATCH_SIZE)
        except Exception:
            log.exception("Checking links failed. The worker will try again.")
            return False
        finally:
            close_old_connections()
        if visited:
            lines = (f"{found.get_outcome_display()}: {found.url} {found.note_text}".rstrip() for found in visited)
            log.info("%s", "; ".join(lines))
        return True

    def send_webhooks(self, ended: Event) -> None:
        """Sends what webhooks are to be told at intervals until `ended` is set; the pause doubles after each
        exception. An address that fails is no exception."""
        pause = INTERVAL
        while not ended.wait(pause):
            close_old_connections()
            try:
                send_due_webhooks()
                pause = INTERVAL
            except Exception:
                log.exception("Sending to webhooks failed. The worker will try again.")
                pause = min(2 * pause, MAX_PAUSE)
            finally:
                close_old_connections()

    def back_up_daily(self, ended: Event) -> None:
        """Looks every minute whether the backup of the day is due, and makes it, until `ended` is set."""
        while not ended.wait(BACKUP_INTERVAL):
            close_old_connections()
            try:
                if folder := back_up_if_due():
                    self.stdout.write(f"Backed up to {folder}")
            except Exception:
                log.exception("The backup failed. The worker will try again.")
            finally:
                close_old_connections()

    def tick(self) -> bool:
        """Runs one tick. Returns False if it raised an exception or an e-mail failed; both are logged and tried again
        at the next tick."""
        close_old_connections()
        try:
            ticked = tick()
        except Exception:
            log.exception("A tick failed. The worker will try again.")
            return False
        finally:
            close_old_connections()
        if ticked:
            log.log(logging.WARNING if ticked.has_failed else logging.INFO, "%s", ticked)
        return not ticked.has_failed

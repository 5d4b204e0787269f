"""`manage.py worker`: runs tick every few seconds, and jobs beside it, until it is stopped."""

import logging
import signal
from collections.abc import Callable
from queue import SimpleQueue
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


def repeat(work: Callable[[], object], ended: Event, *, every: float, most: float = MAX_PAUSE, failure: str) -> None:
    """Does this work at intervals until `ended` is set. An exception is logged, after the sentence `failure`; the pause
    doubles after each, up to `most`."""
    pause = every
    while not ended.wait(pause):
        close_old_connections()
        try:
            work()
            pause = every
        except Exception:
            log.exception("%s The worker will try again.", failure)
            pause = min(2 * pause, most)
        finally:
            close_old_connections()


def _set_when_signaled(ended: Event) -> None:
    """Sets `ended` after SIGTERM or SIGINT, in a thread: a handler that sets it waits for ever if it interrupts an
    `ended.wait` of the main thread while that holds the event's lock. Putting into this queue takes no lock."""
    signals: SimpleQueue[int] = SimpleQueue()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _: signals.put(number))

    def wait() -> None:
        signals.get()
        ended.set()

    Thread(target=wait, daemon=True).start()


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
        _set_when_signaled(ended)
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
        """Checks due links at intervals until `ended` is set. An unreachable link is a finding, not a failure."""

        def check_links() -> None:
            if visited := crawl_due(LINK_BATCH_SIZE):
                lines = (f"{found.get_outcome_display()}: {found.url} {found.note_text}".rstrip() for found in visited)
                log.info("%s", "; ".join(lines))

        repeat(check_links, ended, every=LINK_INTERVAL, failure="Checking links failed.")

    def send_webhooks(self, ended: Event) -> None:
        """Sends what webhooks are to be told at intervals until `ended` is set. An address that fails is no
        failure."""
        repeat(send_due_webhooks, ended, every=INTERVAL, failure="Sending to webhooks failed.")

    def back_up_daily(self, ended: Event) -> None:
        """Looks every minute whether the backup of the day is due, and makes it, until `ended` is set."""

        def back_up() -> None:
            if folder := back_up_if_due():
                self.stdout.write(f"Backed up to {folder}")

        repeat(back_up, ended, every=BACKUP_INTERVAL, most=BACKUP_INTERVAL, failure="The backup failed.")

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

"""Tick for as long as it is let."""

import logging
import signal
from threading import Event, Thread

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from catalog.links import crawl_due
from readlist_site.run.tick import tick

EVERY = 5
LONGEST = 300
LINKS = 4
LINKS_EVERY = 60

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs tick every few seconds. SIGTERM or Ctrl-C ends it, once what it does is done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=EVERY, help=f"seconds between two ticks ({EVERY})")

    def handle(self, *, every: float, **options) -> None:
        ended = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: ended.set())
        if settings.CHECK_LINKS:
            # Beside the rest, so that no mail waits for a slow host. Ended in the midst of a visit, it makes it anew.
            Thread(target=self.go_round, args=[ended], daemon=True).start()
        pause = every
        while not ended.wait(pause):
            # A database or mail server that is gone is given more and more time to come back.
            pause = every if self.tick() else min(2 * pause, LONGEST)

    def go_round(self, ended: Event) -> None:
        """Visit a few of the links that are due, again and again."""
        pause = LINKS_EVERY
        while not ended.wait(pause):
            pause = LINKS_EVERY if self.visit() else min(2 * pause, LONGEST)

    def visit(self) -> bool:
        """Whether all went well. A link that can't be reached is a finding, and no failure."""
        close_old_connections()
        try:
            visited = crawl_due(LINKS)
        except Exception:
            log.exception("The worker will visit links again.")
            return False
        finally:
            close_old_connections()
        for found in visited:
            self.stdout.write(f"{found.get_outcome_display()}: {found.url} {found.note}".rstrip())
        return True

    def tick(self) -> bool:
        """Whether all went well. Whatever did not is told, and tried again: nothing that waits is lost."""
        close_old_connections()
        try:
            ticked = tick()
        except Exception:
            log.exception("The worker will try again.")
            return False
        finally:
            close_old_connections()
        if ticked:
            self.stdout.write(str(ticked))
        return not ticked.failures

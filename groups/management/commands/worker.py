"""Tick for as long as it is let."""

import logging
import signal
from threading import Event

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from groups.ticking import tick

EVERY = 5
LONGEST = 300

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Runs tick every few seconds. SIGTERM or Ctrl-C ends it, once what it does is done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=EVERY, help=f"seconds between two ticks ({EVERY})")

    def handle(self, *, every: float, **options) -> None:
        ended = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: ended.set())
        pause = every
        while not ended.wait(pause):
            # A database or mail server that is gone is given more and more time to come back.
            pause = every if self.tick() else min(2 * pause, LONGEST)

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

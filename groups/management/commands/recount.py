"""manage.py recount: counts anew what is kept of threads, where it is wrong."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from groups.threads import latest_post_triggers
from groups.threads.recount import drifted_threads, recount_threads


class Command(BaseCommand):
    help = (
        "Recount the posts of all threads, and correct stored numbers that are wrong, which they never should be. "
        "Safe to run while Readlist runs, and to stop and repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a number is wrong")
        parser.add_argument("--after", type=int, default=0, metavar="KEY", help="continue after this thread")

    def handle(self, *, check: bool, after: int, **options) -> None:
        if check:
            if missing := set(latest_post_triggers.NAMES) - set(latest_post_triggers.installed(connection)):
                names = ", ".join(sorted(missing))
                raise CommandError(f"The database lacks these triggers: {names}. Run manage.py migrate.")
            if wrong := sum(map(len, drifted_threads(after=after, on_progress=self.report))):
                raise CommandError(f"Threads with wrong numbers: {wrong}. Run manage.py recount.")
            self.stdout.write("All numbers are right.")
            return
        latest_post_triggers.install(connection)
        self.stdout.write(f"Threads corrected: {recount_threads(after=after, on_progress=self.report)}.")

    def report(self, done: int, end: int) -> None:
        """Show how far it has come, in one line of a terminal."""
        if self.stdout.isatty():
            filled = 30 * done // max(end, 1)
            self.stdout.write(f"\r[{'#' * filled:30}] thread {done} of {end}", ending="" if done < end else "\n")

"""manage.py recount: counts anew what is kept of threads, where it is wrong."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from groups.threads import activity_triggers
from groups.threads.recount import drifted_threads, recount_threads


class Command(BaseCommand):
    help = (
        "Count anew the posts of threads, where the number or the last post that is kept is wrong: it never should be. "
        "Harmless while Readlist runs, and to stop and start again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if something is wrong")
        parser.add_argument("--after", type=int, default=0, metavar="KEY", help="go on after the thread with this key")

    def handle(self, *, check: bool, after: int, **options) -> None:
        if check:
            if missing := set(activity_triggers.NAMES) - set(activity_triggers.installed(connection)):
                raise CommandError(f"The database lacks {', '.join(sorted(missing))}: run manage.py migrate.")
            if wrong := sum(map(len, drifted_threads(after=after, on_progress=self.report))):
                raise CommandError(f"{wrong} threads are wrong: run manage.py recount.")
            self.stdout.write("Nothing is wrong.")
            return
        activity_triggers.install(connection)
        self.stdout.write(f"{recount_threads(after=after, on_progress=self.report)} threads were wrong and are mended.")

    def report(self, done: int, end: int) -> None:
        """Show how far it has come, in one line of a terminal."""
        if self.stdout.isatty():
            filled = 30 * done // max(end, 1)
            self.stdout.write(f"\r[{'#' * filled:30}] thread {done} of {end}", ending="" if done < end else "\n")

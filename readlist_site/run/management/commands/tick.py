"""`manage.py tick`: does the periodic work once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.links.crawl import crawl_due
from readlist_site.base.jobs.runner import run_waiting_jobs
from readlist_site.run.tick import tick

from .worker import LINK_BATCH_SIZE


class Command(BaseCommand):
    help = (
        "Write down what time has decided (summaries that seven days have accepted), remind, send the mail that is "
        "due, run the jobs that wait, and visit a few links where READLIST_CHECK_LINKS says so. Harmless to run again; "
        "`manage.py worker` does so by itself."
    )

    def handle(self, **options) -> None:
        ticked = tick()
        run_waiting_jobs()
        if settings.CHECK_LINKS:
            self.stdout.write(f"{len(crawl_due(LINK_BATCH_SIZE))} links visited.")
        if ticked.has_failed:
            raise CommandError(str(ticked))
        self.stdout.write(str(ticked))

"""`manage.py tick`: does the periodic work once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.links.crawl import crawl_due
from readlist_site.run.tick import tick

from .worker import LINK_BATCH_SIZE


class Command(BaseCommand):
    help = (
        "Write down what time has decided (summaries that seven days have accepted), remind, send the mail that is "
        "due, and visit a few links where READLIST_CHECK_LINKS says so. Harmless to run again; "
        "`manage.py worker` does so by itself."
    )

    def handle(self, **options) -> None:
        ticked = tick()
        if settings.CHECK_LINKS:
            self.stdout.write(f"{len(crawl_due(LINK_BATCH_SIZE))} links visited.")
        if ticked.failures:
            raise CommandError(str(ticked))
        self.stdout.write(str(ticked))

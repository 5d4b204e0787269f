"""`manage.py tick`: does the periodic work once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.links.crawl import crawl_due
from groups.webhooks.send import send_due_webhooks
from readlist_site.base.jobs.runner import run_waiting_jobs
from readlist_site.run.tick import tick

from .worker import LINK_BATCH_SIZE


class Command(BaseCommand):
    help = (
        "Do the periodic work once: record summaries that are accepted by now, send reminders and e-mails that are "
        "due, run waiting jobs, and check a few links if READLIST_CHECK_LINKS is on. Safe to repeat; `manage.py "
        "worker` does this by itself."
    )

    def handle(self, **options) -> None:
        ticked = tick()
        run_waiting_jobs()
        send_due_webhooks()
        if settings.CHECK_LINKS:
            self.stdout.write(f"{len(crawl_due(LINK_BATCH_SIZE))} links checked.")
        if ticked.has_failed:
            raise CommandError(str(ticked))
        self.stdout.write(str(ticked))

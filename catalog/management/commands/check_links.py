"""manage.py check_links: visit the links of listed sources that are due, and print the results."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.links.crawl import crawl
from catalog.links.link_schedule import LinkSchedule
from catalog.sources.source import Source


class Command(BaseCommand):
    help = (
        "Visit the sources' links that are due (each about once a week), politely: one at a time per host. A link is "
        "dead that was so on two days. What is doubtful waits for the curators in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="visit all, due or not")
        which.add_argument("--source", metavar="URL", help="visit this one, in whatever spelling")

    def handle(self, *, source: str | None, **options) -> None:
        LinkSchedule.objects.schedule_missing()
        checks = LinkSchedule.objects.listed()
        if source:
            checks = checks.filter(source=self._known(source))
        elif not options["all"]:
            checks = checks.due(timezone.now())
        visited = 0
        for found in crawl(checks):
            visited += 1
            self.stdout.write(f"{found.get_outcome_display():15} {found.url}  {found.note}".rstrip())
        self.stdout.write(f"{visited} link{'' if visited == 1 else 's'} visited.")

    def _known(self, url: str) -> Source:
        try:
            source = Source.objects.by_url(url)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if source is None:
            raise CommandError(f"No source has the address {url}.")
        return source

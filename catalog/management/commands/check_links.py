"""manage.py check_links: visit the links of listed sources that are due, and print the results."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.links.crawl import crawl
from catalog.links.link_schedule import LinkSchedule
from catalog.sources.source import Source


class Command(BaseCommand):
    help = gettext_lazy(
        "Check the links of sources that are due, each about once a week, one at a time per host. A link counts as "
        "broken when it fails on two days. Curators find link problems in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help=_("check all links, due or not"))
        which.add_argument("--source", metavar="URL", help=_("check the link of this source"))

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
            self.stdout.write(f"{found.get_outcome_display():15} {found.url}  {found.note_text}".rstrip())
        checked = ngettext("%(number)s link checked.", "%(number)s links checked.", visited)
        self.stdout.write(checked % {"number": visited})

    def _known(self, url: str) -> Source:
        try:
            source = Source.objects.by_url(url)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if source is None:
            raise CommandError(_("No source has the address %(url)s.") % {"url": url})
        return source

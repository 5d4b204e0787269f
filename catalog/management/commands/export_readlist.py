"""manage.py export_readlist [LIST]: write a reading list to standard output, as Markdown or as JSON."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.lists.reading_list import ReadingList
from catalog.outline.export import FORMATS


class Command(BaseCommand):
    help = gettext_lazy(
        "Write a reading list to standard output. A list without changes is written byte for byte as it was imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "list", nargs="?", default="", help=_("the list’s name in addresses; by default the default list")
        )
        parser.add_argument("--format", choices=FORMATS, default="markdown")

    def handle(self, *args, **options) -> None:
        name = options["list"]
        found = ReadingList.objects.filter(slug=name).first() if name else ReadingList.objects.default()
        if found is None:
            message = _("There is no list “%(name)s”.") % {"name": name} if name else _("There is no default list.")
            known = ", ".join(ReadingList.objects.values_list("slug", flat=True)) or "—"
            lists = _("Lists: %(names)s.") % {"names": known}
            raise CommandError(f"{message} {lists}")
        text = FORMATS[options["format"]].write(found)
        # self.stdout would translate line ends and append one, so the bytes are written to the underlying buffer.
        buffer = getattr(self.stdout._out, "buffer", None)
        if buffer is None:
            self.stdout.write(text, ending="")
        else:
            buffer.write(text.encode())

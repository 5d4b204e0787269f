"""manage.py export_readlist [LIST]: write a reading list to standard output, as Markdown or as JSON."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.lists.reading_list import ReadingList
from catalog.outline.export import FORMATS


class Command(BaseCommand):
    help = "Write a reading list to standard output. A list that nobody changed gives its file byte for byte."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "list", nargs="?", default="", help="the list's name in addresses; the default list if none"
        )
        parser.add_argument("--format", choices=FORMATS, default="markdown")

    def handle(self, *args, **options) -> None:
        name = options["list"]
        found = ReadingList.objects.filter(slug=name).first() if name else ReadingList.objects.default()
        if found is None:
            known = ", ".join(ReadingList.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(
                f"There is no list “{name}”. Lists: {known}." if name else f"No list is the default: {known}."
            )
        text = FORMATS[options["format"]].write(found)
        # self.stdout would translate line ends and append one, so the bytes are written to the underlying buffer.
        buffer = getattr(self.stdout._out, "buffer", None)
        if buffer is None:
            self.stdout.write(text, ending="")
        else:
            buffer.write(text.encode())

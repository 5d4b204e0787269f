"""manage.py import_readlist FILE: import a Markdown reading list as a new list or into an existing one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify

from catalog.imports import FactsError, import_list, preview_lines, preview_list, read_facts
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.limits import MAX_BYTES
from catalog.markdown.nodes import Document, UnreadableList
from catalog.markdown.read import read

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "READLIST.md"
SHIPPED_TITLE = "Machine-learning reading list"


class Command(BaseCommand):
    help = "Import a Markdown reading list. Importing it again updates it and keeps all that people did on it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the list, as Markdown in UTF-8")
        parser.add_argument("--facts", type=Path, help="JSON: real titles, authors and the state of links, by address")
        parser.add_argument("--slug", help="the list's name in addresses; made of the title unless given")
        parser.add_argument("--title", help="the list's title")
        parser.add_argument("--default", action="store_true", help="show this list where none is named")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args, file: Path, facts: Path | None, **options) -> None:
        title = options["title"] or (SHIPPED_TITLE if file.resolve() == SHIPPED else _title_of(file))
        slug = slugify(options["slug"] or title)[:60]
        if not slug:
            raise CommandError("This title makes no name for addresses; give one with --slug.")
        try:
            document = read(_text_of(file))
        except UnreadableList as refused:
            problems = "\n".join(f"  {problem}" for problem in refused.problems)
            raise CommandError(f"{file} was not imported.\n{problems}") from refused
        try:
            known = read_facts(_text_of(facts)) if facts else None
        except FactsError as refused:
            raise CommandError(f"{facts} was not imported: {refused}") from refused
        if options["default"] and ReadingList.objects.filter(slug=slug).exclude(status="published").exists():
            raise CommandError("Only a published list can be shown where none is named.")
        if options["dry_run"]:
            self._preview(document, ReadingList(slug=slug, title=title), known)
            return
        for note in document.notes:
            self.stderr.write(f"  {note}")
        try:
            outcome = import_list(
                document,
                slug=slug,
                title=title,
                make_default=options["default"],
                facts=known,
                on_progress=self._show_progress,
            )
        except StaleVersion as error:
            raise CommandError("Others keep changing this list. Nothing was imported; try again.") from error
        if options["title"] and outcome.reading_list.title != title:
            ReadingList.objects.filter(pk=outcome.reading_list.pk).update(title=title)
            outcome.reading_list.title = title
        for note in outcome.notes:
            self.stderr.write(f"  {note}")
        self.stdout.write(str(outcome))

    def _preview(self, document: Document, new: ReadingList, facts: dict[str, dict] | None) -> None:
        reading_list = ReadingList.objects.filter(slug=new.slug).first() or new
        for line in preview_lines(preview_list(document, reading_list=reading_list, facts=facts)):
            self.stdout.write(line)
        self.stdout.write("Nothing was written.")

    def _show_progress(self, done: int, of: int) -> None:
        self.stderr.write(f"{done:,} of {of:,} entries", ending="\r" if done < of else "\n")
        self.stderr.flush()


def _title_of(file: Path) -> str:
    return file.stem.replace("-", " ").replace("_", " ").strip().capitalize()


def _text_of(file: Path) -> str:
    """The file's text, with its line ends unchanged. Raises CommandError if it is too large or can't be read."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CommandError(f"{file} is larger than {MAX_BYTES:,} bytes.")
        return file.read_bytes().decode()
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CommandError(f"{file}, line {line}: this is not UTF-8.") from error

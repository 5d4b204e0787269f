"""manage.py import_readlist FILE: import a Markdown reading list as a new list or into an existing one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.imports import FactsError, import_list, note_text, preview_lines, preview_list, read_facts
from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.excerpt import title_of
from catalog.markdown.limits import MAX_BYTES
from catalog.markdown.list_parser import read
from catalog.markdown.nodes import Document, UnreadableList

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "READLIST.md"
SHIPPED_TITLE = "Machine-learning reading list"


class Command(BaseCommand):
    help = gettext_lazy(
        "Import a Markdown reading list. Importing it again updates the list and keeps readings, notes and summaries."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("the Markdown file, in UTF-8"))
        parser.add_argument(
            "--facts", type=Path, help=_("a JSON file with titles, authors and link states of sources, by address")
        )
        parser.add_argument("--slug", help=_("the list’s name in addresses; by default made from the title"))
        parser.add_argument("--title", help=_("the list’s title; by default the file’s “# Title”, else its name"))
        parser.add_argument(
            "--base",
            default="",
            help=_("the address by which relative links are resolved; by default that of the last import"),
        )
        parser.add_argument("--default", action="store_true", help=_("make this the default list"))
        parser.add_argument("--dry-run", action="store_true", help=_("print what would change, without changing it"))

    def handle(self, *args, file: Path, facts: Path | None, **options) -> None:
        named = options["title"] or (SHIPPED_TITLE if file.resolve() == SHIPPED else _name_of(file))
        slug = slugify(options["slug"] or named)[:60]
        if not slug:
            raise CommandError(_("No name for addresses can be made from the title. Give one with --slug."))
        text = _text_of(file)
        # The name in addresses stays that of the file, so that importing it again finds the same list.
        title = named if options["title"] or named == SHIPPED_TITLE else title_of(text) or named
        base = options["base"] or next(
            iter(ReadingList.objects.filter(slug=slug).values_list("import_base", flat=True)), ""
        )
        try:
            document = read(text, base=base)
        except UnreadableList as refused:
            problems = "\n".join(f"  {problem}" for problem in refused.problems)
            raise CommandError("\n".join([_("%(file)s was not imported.") % {"file": file}, problems])) from refused
        try:
            known = read_facts(_text_of(facts)) if facts else None
        except FactsError as refused:
            raise CommandError(
                _("%(file)s was not imported: %(reason)s") % {"file": facts, "reason": refused}
            ) from refused
        if options["default"] and ReadingList.objects.filter(slug=slug).exclude(status="published").exists():
            raise CommandError(_("Only a published list can be the default list."))
        if options["dry_run"]:
            self._preview(document, ReadingList(slug=slug, title=title), known)
            return
        if document.notes:
            self.stderr.write(_("Not imported"))
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
            raise CommandError(_("Nothing was imported, because others are changing this list. Try again.")) from error
        if options["base"]:
            ReadingList.objects.filter(pk=outcome.reading_list.pk).update(import_base=options["base"])
        if options["title"] and outcome.reading_list.title != title:
            ReadingList.objects.filter(pk=outcome.reading_list.pk).update(title=title)
            outcome.reading_list.title = title
        for note in outcome.notes:
            self.stderr.write(note_text(*note))
        if outcome.preview.adds_standard_prompts:
            self.stderr.write(_("The list had no prompts. It now has the three standard prompts."))
        self.stdout.write(str(outcome))

    def _preview(self, document: Document, new: ReadingList, facts: dict[str, dict] | None) -> None:
        reading_list = ReadingList.objects.filter(slug=new.slug).first() or new
        for line in preview_lines(preview_list(document, reading_list=reading_list, facts=facts)):
            self.stdout.write(line)
        self.stdout.write(_("Nothing was changed."))

    def _show_progress(self, done: int, of: int) -> None:
        written = _("%(done)s of %(total)s entries") % {"done": f"{done:,}", "total": f"{of:,}"}
        self.stderr.write(written, ending="\r" if done < of else "\n")
        self.stderr.flush()


def _name_of(file: Path) -> str:
    return file.stem.replace("-", " ").replace("_", " ").strip().capitalize()


def _text_of(file: Path) -> str:
    """The file's text, with its line ends unchanged. Raises CommandError if it is too large or can't be read."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CommandError(
                _("%(file)s is larger than %(number)s bytes.") % {"file": file, "number": f"{MAX_BYTES:,}"}
            )
        return file.read_bytes().decode()
    except OSError as error:
        raise CommandError(
            _("%(file)s can’t be read: %(reason)s.") % {"file": file, "reason": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CommandError(_("%(file)s, line %(line)s isn’t UTF-8.") % {"file": file, "line": line}) from error

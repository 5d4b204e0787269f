"""One import: from a read file to rows, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.nodes import Document
from catalog.outline.entry import Entry
from readlist_site.base.text import TimeBudget, render

from .change_log import record_import
from .method import import_method
from .plan import ImportPlan
from .preview import Preview
from .writer import ImportWriter, Progress

_TRIES = 5
# Seconds for the formulas of a file: what some that stall may take, and what each text may.
_BUDGET = 5
_BUDGET_PER_TEXT = 0.002


@dataclass
class ImportResult:
    """What an import did: all that its preview says, and notes on what came out otherwise than it was written."""

    preview: Preview
    notes: list[str] = field(default_factory=list)

    @property
    def reading_list(self) -> ReadingList:
        return self.preview.list

    def __str__(self) -> str:
        entries = Entry.objects.not_retired().filter(section__list=self.reading_list)
        return (
            f"{self.reading_list.title}: {self.reading_list.sections.not_retired().count()} headings, "
            f"{entries.count()} entries, {entries.values('source').distinct().count()} sources; {self.preview.counts}."
        )


def preview_list(document: Document, *, reading_list: ReadingList, facts: dict[str, dict] | None = None) -> Preview:
    """What importing the document would make of the list, which may be one that isn't saved. Writes nothing."""
    return Preview(ImportPlan(reading_list, document, facts))


def import_list(
    document: Document,
    *,
    slug: str,
    title: str,
    make_default: bool = False,
    status: str = ReadingList.Status.PUBLISHED,
    facts: dict[str, dict] | None = None,
    by=None,
    seen: int | None = None,
    name: str = "",
    on_progress: Progress = lambda done, of: None,
    check: Callable[[Preview], None] = lambda preview: None,
    in_transaction: Callable[[ReadingList], None] = lambda reading_list: None,
) -> ImportResult:
    """Make the list with this slug say what the document says. Importing the same again changes nothing.

    `status` is that of a list to be made; the first one ever is shown where none is named. `seen`: the version that
    must still be the list's; raises StaleVersion if it is not. Without it, who changes the list meanwhile is heard
    first. `name` is the file's, for the history. `check` sees what is to be done before it is, and may raise.
    `on_progress` is told now and then how many entries are written. `in_transaction` is called with the list in the
    transaction of the import, also where nothing has changed."""
    for _ in range(_TRIES):
        reading_list = ReadingList.objects.filter(slug=slug).first() or ReadingList(
            slug=slug, title=title, status=status
        )
        if seen is not None and reading_list.version != seen:
            raise StaleVersion
        try:
            plan = ImportPlan(reading_list, document, facts)
            preview = Preview(plan)
            check(preview)
            return _apply(
                plan,
                preview,
                make_default=make_default,
                by=by,
                name=name,
                on_progress=on_progress,
                in_transaction=in_transaction,
            )
        except StaleVersion:
            if seen is not None:
                raise
    raise StaleVersion


def _apply(
    plan: ImportPlan,
    preview: Preview,
    *,
    make_default: bool,
    by,
    name: str,
    on_progress: Progress,
    in_transaction: Callable[[ReadingList], None],
) -> ImportResult:
    """Write what was planned, if the list is still the one it was planned for."""
    # Rendering may wait for formulas, so it happens before anything is locked.
    html, notes = _rendered(plan.texts)
    outcome = ImportResult(preview, notes)
    writer = ImportWriter(plan, html, on_progress)
    first = not ReadingList.objects.filter(is_default=True).exists()
    default = make_default or (first and plan.list.status == ReadingList.Status.PUBLISHED)
    if plan.list.pk and not writer.has_changes and default <= plan.list.is_default:
        in_transaction(plan.list)
        return outcome
    with transaction.atomic():
        _lock_or_create(plan.list, plan.document.preamble, default=default, by=by)
        in_transaction(plan.list)
        writer.write()
        import_method(plan.list, plan.document)
        if not preview.is_empty:
            record_import(preview, by=by, name=name)
    return outcome


def _rendered(texts: set[str]) -> tuple[dict[str, str], list[str]]:
    """The HTML of each text, and what is to be said of it. Formulas that stall share one measure of time."""
    budget = TimeBudget(_BUDGET + _BUDGET_PER_TEXT * len(texts))
    html = {text: render(text, budget).html if text else "" for text in texts}
    if not budget.unread:
        return html, []
    formulas = "1 formula" if budget.unread == 1 else f"{budget.unread:,} formulas"
    return html, [f"{formulas} took too long to read: shown as written until the next import."]


def _lock_or_create(reading_list: ReadingList, preamble: str, *, default: bool, by) -> None:
    """Make the list, or lock it against other changes; raise StaleVersion where somebody was here first."""
    others = ReadingList.objects.lock_all().values() if default else []
    reading_list.preamble = preamble
    try:
        with transaction.atomic():
            if reading_list.pk:
                ReadingList.objects.bump_version(reading_list.pk, seen=reading_list.version)
                reading_list.save(update_fields=["preamble"])
            else:
                # A list that was never changed is at 0, and so is one that is yet to be made.
                reading_list.version = 1
                reading_list.is_default = default and not any(each.is_default for each in others)
                reading_list.save(force_insert=True)
            if default and ReadingList.objects.make_default(reading_list.pk, by=by):
                reading_list.refresh_from_db(fields=["is_default", "version"])
    except IntegrityError as taken:
        raise StaleVersion from taken

"""One import: from a read file to rows, all or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from catalog.markdown.nodes import Document
from catalog.models import Entry, Overtaken, ReadingList
from readlist_site.text import Patience, render

from .history import write_history
from .method import import_method
from .plan import Plan
from .preview import Preview
from .writing import Tell, Writer

_TRIES = 5
# Seconds for the formulas of a file: what some that stall may take, and what each text may.
_PATIENCE = 5
_PATIENCE_PER_TEXT = 0.002


@dataclass
class Outcome:
    """What an import did: all that its preview says, and notes on what came out otherwise than it was written."""

    preview: Preview
    notes: list[str] = field(default_factory=list)

    @property
    def reading_list(self) -> ReadingList:
        return self.preview.list

    def __str__(self) -> str:
        entries = Entry.objects.standing().filter(section__list=self.reading_list)
        return (
            f"{self.reading_list.title}: {self.reading_list.sections.standing().count()} headings, "
            f"{entries.count()} entries, {entries.values('source').distinct().count()} sources; {self.preview.counts}."
        )


def preview_list(document: Document, *, reading_list: ReadingList, facts: dict[str, dict] | None = None) -> Preview:
    """What importing the document would make of the list, which may be one that isn't saved. Writes nothing."""
    return Preview(Plan(reading_list, document, facts))


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
    tell: Tell = lambda done, of: None,
    judge: Callable[[Preview], None] = lambda preview: None,
    within: Callable[[ReadingList], None] = lambda reading_list: None,
) -> Outcome:
    """Make the list with this slug say what the document says. Importing the same again changes nothing.

    `status` is that of a list to be made; the first one ever is shown where none is named. `seen`: the version that
    must still be the list's; raises Overtaken if it is not. Without it, who changes the list meanwhile is heard first.
    `name` is the file's, for the history. `judge` sees what is to be done before it is, and may raise. `tell` hears now
    and then how many entries are written. `within` is called with the list in the transaction of the import, also where
    nothing has changed."""
    for _ in range(_TRIES):
        reading_list = ReadingList.objects.filter(slug=slug).first() or ReadingList(
            slug=slug, title=title, status=status
        )
        if seen is not None and reading_list.version != seen:
            raise Overtaken
        try:
            plan = Plan(reading_list, document, facts)
            preview = Preview(plan)
            judge(preview)
            return _carry_out(plan, preview, make_default=make_default, by=by, name=name, tell=tell, within=within)
        except Overtaken:
            if seen is not None:
                raise
    raise Overtaken


def _carry_out(
    plan: Plan,
    preview: Preview,
    *,
    make_default: bool,
    by,
    name: str,
    tell: Tell,
    within: Callable[[ReadingList], None],
) -> Outcome:
    """Write what was planned, if the list is still the one it was planned for."""
    # Rendering may wait for formulas, so it happens before anything is locked.
    html, notes = _rendered(plan.texts)
    outcome = Outcome(preview, notes)
    writer = Writer(plan, html, tell)
    first = not ReadingList.objects.filter(is_default=True).exists()
    default = make_default or (first and plan.list.status == ReadingList.Status.PUBLISHED)
    if plan.list.pk and not writer.has_news and default <= plan.list.is_default:
        within(plan.list)
        return outcome
    with transaction.atomic():
        _take(plan.list, plan.document.preamble, default=default, by=by)
        within(plan.list)
        writer.write()
        import_method(plan.list, plan.document)
        if not preview.is_empty:
            write_history(preview, by=by, name=name)
    return outcome


def _rendered(texts: set[str]) -> tuple[dict[str, str], list[str]]:
    """The HTML of each text, and what is to be said of it. Formulas that stall share one measure of time."""
    patience = Patience(_PATIENCE + _PATIENCE_PER_TEXT * len(texts))
    html = {text: render(text, patience).html if text else "" for text in texts}
    if not patience.unread:
        return html, []
    formulas = "1 formula" if patience.unread == 1 else f"{patience.unread:,} formulas"
    return html, [f"{formulas} took too long to read: shown as written until the next import."]


def _take(reading_list: ReadingList, preamble: str, *, default: bool, by) -> None:
    """Make the list, or lock it against other changes; raise Overtaken where somebody was here first."""
    others = ReadingList.objects.hold_all().values() if default else []
    reading_list.preamble = preamble
    try:
        with transaction.atomic():
            if reading_list.pk:
                ReadingList.objects.touch(reading_list.pk, seen=reading_list.version)
                reading_list.save(update_fields=["preamble"])
            else:
                # A list that was never changed is at 0, and so is one that is yet to be made.
                reading_list.version = 1
                reading_list.is_default = default and not any(each.is_default for each in others)
                reading_list.save(force_insert=True)
            if default and ReadingList.objects.make_default(reading_list.pk, by=by):
                reading_list.refresh_from_db(fields=["is_default", "version"])
    except IntegrityError as taken:
        raise Overtaken from taken

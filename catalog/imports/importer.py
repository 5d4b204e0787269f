"""Imports a parsed file into the database, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils.translation import ngettext

from catalog.lists.reading_list import ReadingList, StaleVersion
from catalog.markdown.nodes import Document
from catalog.markdown.syntax_tree import without_collection
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from readlist_site.base.text import RendererUnavailable, TimeBudget, render
from readlist_site.base.text.render import UNAVAILABLE

from .change_log import record_import
from .kind_choices import Choice
from .method import import_method
from .plan import ImportPlan
from .preview import Preview
from .writer import ImportWriter, Progress, no_progress

_TRIES = 5
# Seconds allowed for rendering the formulas of a file: a base, and an amount per text.
_BUDGET = 5
_BUDGET_PER_TEXT = 0.002


class ImportRecorder(Protocol):
    """Keeps what an import changes: `prepare` is called before its transaction, `lock` after it has locked the list,
    `save` at its end."""

    def prepare(self, plan: ImportPlan) -> None: ...

    def lock(self, reading_list: ReadingList) -> None: ...

    def save(self, plan: ImportPlan) -> None: ...


@dataclass
class ImportResult:
    """The result of an import: the preview that was carried out, and notes on texts that weren't fully rendered, each a
    key of `note_text` with the number of texts."""

    preview: Preview
    notes: list[tuple[str, int]] = field(default_factory=list)

    @property
    def reading_list(self) -> ReadingList:
        return self.preview.list

    def __str__(self) -> str:
        entries = Entry.objects.not_retired().filter(section__list=self.reading_list)
        headings = self.reading_list.sections.not_retired().count()
        sources = entries.values("source").distinct().count()
        numbers = [
            ngettext("%(number)s heading", "%(number)s headings", headings) % {"number": f"{headings:,}"},
            ngettext("%(number)s entry", "%(number)s entries", count := entries.count()) % {"number": f"{count:,}"},
            ngettext("%(number)s source", "%(number)s sources", sources) % {"number": f"{sources:,}"},
        ]
        return f"{self.reading_list.title}: {', '.join(numbers)}; {self.preview.counts}."


def preview_list(
    document: Document,
    *,
    reading_list: ReadingList,
    facts: dict[str, dict] | None = None,
    choices: Mapping[int, Choice] | None = None,
) -> Preview:
    """The preview of importing the document into a list, which may be unsaved. Writes nothing."""
    with without_collection():
        return Preview(ImportPlan(reading_list, document, facts, choices))


@without_collection()
def import_list(
    document: Document,
    *,
    slug: str,
    title: str,
    make_default: bool = False,
    status: str = ReadingList.Status.PUBLISHED,
    facts: dict[str, dict] | None = None,
    choices: Mapping[int, Choice] | None = None,
    by=None,
    seen: int | None = None,
    name: str = "",
    on_rendered: Progress = no_progress,
    on_progress: Progress = no_progress,
    check: Callable[[Preview], None] = lambda preview: None,
    in_transaction: Callable[[ReadingList], None] = lambda reading_list: None,
    recorder: ImportRecorder | None = None,
) -> ImportResult:
    """Import the document into the list with this slug, or create that list. Importing the same file again changes
    nothing.

    `title` and `status` are those of a new list. The list becomes the default list with `make_default`, or if there is
    none and it is published. `choices` are kinds and roles that a curator chose, by the place of the heading in the
    file. `name` is the name of the file, for the change log. `check` is called with the preview before anything is
    written, and may raise. `on_rendered` is called with the numbers of texts rendered and in all, outside of a
    transaction; `on_progress` with those of entries written, in it. `in_transaction` is called with the list in the
    import's transaction, or outside of one if nothing has to be written. `recorder` keeps what is needed to undo it.

    Raises StaleVersion if the list isn't at version `seen`. Without `seen`, an import that meets a concurrent change
    is planned again, up to five times, and then raises StaleVersion."""
    for _ in range(_TRIES):
        reading_list = ReadingList.objects.filter(slug=slug).first() or ReadingList(
            slug=slug, title=title, status=status
        )
        if seen is not None and reading_list.version != seen:
            raise StaleVersion
        plan = ImportPlan(reading_list, document, facts, choices)
        preview = Preview(plan)
        check(preview)
        # Formulas can be slow to render, so this is done before anything is locked.
        html, notes = _rendered(plan.texts, on_rendered)
        writer = ImportWriter(plan, html, on_progress)
        first = not ReadingList.objects.filter(is_default=True).exists()
        default = make_default or (first and plan.list.status == ReadingList.Status.PUBLISHED)
        has_changes = writer.has_changes or preview.adds_standard_prompts
        if plan.list.pk and not has_changes and default <= plan.list.is_default:
            in_transaction(plan.list)
            return ImportResult(preview, notes)
        if recorder:
            recorder.prepare(plan)
        try:
            with transaction.atomic():
                _lock_or_create(plan.list, document.preamble, default=default, by=by)
                in_transaction(plan.list)
                if recorder:
                    recorder.lock(plan.list)
                writer.write()
                import_method(plan.list, document)
                added = preview.adds_standard_prompts and Prompt.objects.add_standard(plan.list)
                if added and not preview.is_first:
                    Change.objects.record("standard_prompts", {}, by=by, list=plan.list)
                if not preview.is_empty:
                    record_import(preview, by=by, name=name)
                if recorder:
                    recorder.save(plan)
            return ImportResult(preview, notes)
        except StaleVersion:
            if seen is not None:
                raise
    raise StaleVersion


def _rendered(texts: set[str], on_rendered: Progress) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """The HTML of each text, and notes for the curator. What is given up shares one time budget."""
    budget = TimeBudget(_BUDGET + _BUDGET_PER_TEXT * len(texts))
    rendered = {}
    for text in filter(None, texts):
        rendered[text] = render(text, budget, line_breaks=False)
        on_rendered(len(rendered), len(texts))
    if any(each.refusal == UNAVAILABLE for each in rendered.values()):
        raise RendererUnavailable
    html, notes = {text: rendered[text].html if text else "" for text in texts}, []
    if budget.unread:
        notes.append(("slow", budget.unread))
    if refused := sum(bool(each.refusal) and not each.is_unclear for each in rendered.values()) - budget.unread:
        notes.append(("refused", refused))
    return html, notes


def note_text(kind: str, number: int) -> str:
    """The sentence of a note of an import."""
    if kind == "slow":
        text = ngettext(
            "%(number)s text took too long to render. It is shown as plain text until the next import.",
            "%(number)s texts took too long to render. They are shown as plain text until the next import.",
            number,
        )
    else:
        text = ngettext(
            "%(number)s text has too much markup to be rendered. It is shown as plain text.",
            "%(number)s texts have too much markup to be rendered. They are shown as plain text.",
            number,
        )
    return text % {"number": f"{number:,}"}


def _lock_or_create(reading_list: ReadingList, preamble: str, *, default: bool, by) -> None:
    """Create the list, or bump its version, which locks it until the transaction ends, and save its preamble. With
    `default`, locks all lists first and makes it the default list.

    Raises StaleVersion if the list was changed or created in the meantime."""
    others = ReadingList.objects.lock_all().values() if default else []
    reading_list.preamble = preamble
    try:
        with transaction.atomic():
            if reading_list.pk:
                ReadingList.objects.bump_version(reading_list.pk, seen=reading_list.version)
                reading_list.save(update_fields=["preamble"])
            else:
                # 0 is the version of an unsaved list, so a new list begins at 1 to tell them apart.
                reading_list.version = 1
                reading_list.is_default = default and not any(each.is_default for each in others)
                reading_list.save(force_insert=True)
            if default and ReadingList.objects.make_default(reading_list.pk, by=by):
                reading_list.refresh_from_db(fields=["is_default", "version"])
    except IntegrityError as taken:
        raise StaleVersion from taken

"""Writes an import plan in bulk: only the rows and columns that it changes."""

from collections.abc import Callable, Iterator

from catalog.links.link_issue import LinkIssue
from catalog.lists.reading_list import StaleVersion
from catalog.outline.entry import Entry, RelatedLink
from catalog.outline.section import Section
from catalog.outline.usage import copy_sources
from catalog.sources.source import Source
from readlist_site.base.text import RENDERER_VERSION

from . import bulk_rows
from .plan import ImportPlan, text_of
from .row_change import RowChange

_AT_ONCE = 500

Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Tells nobody."""


class ImportWriter:
    """Writes one plan. `html` has the rendered HTML of each of `plan.texts`."""

    def __init__(self, plan: ImportPlan, html: dict[str, str], on_progress: Progress) -> None:
        self.plan, self.on_progress = plan, on_progress
        for item in (*plan.sections, *plan.entries):
            if item.node:
                row, text = item.row, text_of(item.row)
                row.source_text = item.node.source_text
                if text == text_of(item.node):
                    setattr(row, "body_html" if isinstance(row, Section) else "why_html", html[text])
                    row.renderer = RENDERER_VERSION
        self._set_last_imported((*plan.sections, *plan.entries))
        # Parsing reasons for links is slow, so it is done before anything is locked.
        self._relating = [item for item in plan.entries if not {"why", "url"}.isdisjoint(item.changed_columns)]
        found = (item.row for item in self._relating if "://" in item.row.why)
        self._related = [link for row in found for link in row.links_in_why()]

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        plan = self.plan
        said = {"steps": plan.document.steps, "prompts": plan.document.prompts}
        return bool(
            plan.links.new
            or plan.links.changed
            or plan.list.preamble != plan.document.preamble
            or plan.list.last_imported_method != said
            or any(item.changed_columns for item in (*plan.sections, *plan.entries))
        )

    def write(self) -> None:
        """Write sources, headings (parents first), entries and related links. Call it in the import's transaction.

        Raises StaleVersion if a source was merged into another since the plan was made."""
        self._lock_sources()
        self._write_sources()
        self._write_sections()
        self._write_entries()
        self._write_related()

    def _lock_sources(self) -> None:
        """Lock the existing sources that entries are to point at. Raises StaleVersion if one was merged or deleted."""
        led_to = [item.row.source for item in self.plan.entries if item.is_new or "source_id" in item.changed_columns]
        keys = {source.pk for source in led_to if source.pk}
        if Source.objects.lock_current(keys) != {key: key for key in keys}:
            raise StaleVersion

    def _write_sources(self) -> None:
        for source, columns in self.plan.links.changed.items():
            source.save(update_fields=columns)
            if "canonical_url" in columns:
                source.link_issues.close_for_new_url(source)
        new = {source.canonical_url: source for source in self.plan.links.new}
        # A concurrent import of another list may have created the same source.
        bulk_rows.insert(list(new.values()), ignore_conflicts=True)
        for key, pk in Source.objects.filter(canonical_url__in=new).values_list("canonical_url", "pk"):
            new[key].pk = pk
        copied = {old.pk: new[key].pk for key, old in self.plan.links.copied.items() if key in new}
        if copied:
            copy_sources(copied)
        for source in self.plan.links.with_new_link_facts:
            LinkIssue.objects.sync_with_source(source)

    def _write_sections(self) -> None:
        new = [item for item in self.plan.sections if item.is_new]
        while new:
            ready = [item for item in new if item.above is None or item.above.row.pk]
            self._set_last_imported(ready)
            _insert(ready)
            new = [item for item in new if item.row.pk is None]
        self._set_last_imported(self.plan.sections)
        _update(self.plan.sections)

    def _write_entries(self) -> None:
        self._set_last_imported(self.plan.entries)
        new = [item for item in self.plan.entries if item.is_new]
        old = [
            item
            for item in self.plan.entries
            if not item.is_new and _with_foreign_keys(item.row) and item.changed_columns
        ]
        done, total = 0, len(new) + len(old)
        for items, write in [(new, _insert), (old, _update)]:
            for portion in _portions(items):
                write(portion)
                done += len(portion)
                self.on_progress(done, total)

    def _write_related(self) -> None:
        had = [item.row for item in self._relating if item.was and "://" in item.was["why"]]
        RelatedLink.objects.filter(entry__in=had).delete()
        bulk_rows.insert(self._related)

    def _set_last_imported(self, items: list[RowChange] | tuple[RowChange, ...]) -> None:
        for item in items:
            if item.node:
                item.row.last_imported = self.plan.imported_fields(item)


def _portions(items: list[RowChange]) -> Iterator[list[RowChange]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def _with_foreign_keys(row: Section | Entry) -> Section | Entry:
    """The row with its foreign-key columns set again: the related rows had no primary key when they were assigned."""
    for name in ("list", "parent") if isinstance(row, Section) else ("section", "topic", "source"):
        setattr(row, name, getattr(row, name))
    return row


def _insert(items: list[RowChange]) -> None:
    bulk_rows.insert([item.row for item in items])


def _update(items: list[RowChange]) -> None:
    """Update existing rows: all columns that changed in any of them."""
    changed = [item for item in items if not item.is_new and _with_foreign_keys(item.row) and item.changed_columns]
    if changed:
        columns = {name for item in changed for name in item.changed_columns}
        bulk_rows.update([item.row for item in changed], columns)

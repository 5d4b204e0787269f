"""The preview of an import: the plan's changes row by row, as text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from catalog.curation.change_text import import_counts
from catalog.outline.entry import Entry
from catalog.outline.field_text import FieldValue
from catalog.outline.section import Section
from catalog.outline.usage import Usage
from catalog.outline.usage_text import usage_phrase

from .method import adds_standard_prompts, method_differences
from .ordering import old_position, out_of_order
from .plan import ImportPlan
from .preview_line import FieldChange, PreviewLine, PreviewSection
from .preview_tree import tree_of
from .row_change import RowChange

# The fields that are compared, and which of them contain Markdown.
_SECTION = ("title", "kind", "role", "level", "body")
_ENTRY = ("title", "why", "own_role", "reread")
_MARKDOWN = {"body", "why"}


class Preview:
    """The changes of a plan. `parts` are the rows by kind of change, without empty parts; `list_changes` are the
    changes of the list's preamble and method; `tree` are the headings as they will be; `adds_standard_prompts` means
    that the list would have no prompts."""

    def __init__(self, plan: ImportPlan) -> None:
        self.list, self.seen = plan.list, plan.seen
        self.notes = plan.document.notes
        self._items = sorted([*plan.sections, *plan.entries], key=_place_in_list)
        self._place_now: dict[RowChange | None, str] = {None: ""}
        self._place_before: dict[RowChange | None, str] = {None: ""}
        self.list_changes = list(_list_changes(plan))
        self.adds_standard_prompts = adds_standard_prompts(plan.list, plan.document)
        self.facts = len(plan.facts)
        self.tree = tree_of(plan)
        parts = [
            PreviewSection("added", self._added()),
            PreviewSection("restored", self._restored()),
            PreviewSection("changed", self._changed()),
            PreviewSection("moved", self._moved()),
            PreviewSection("relinked", self._relinked()),
            PreviewSection("retired", self._retired()),
            PreviewSection("kept", self._kept()),
        ]
        self.parts = [part for part in parts if part.lines]
        told = {id(line.row) for part in self.parts if part.key != "kept" for line in part.lines}
        self.listed_count = sum(item.is_listed for item in self._items)
        self.unchanged = sum(item.will_be_listed and id(item.row) not in told for item in self._items)

    def lines(self, key: str) -> list[PreviewLine]:
        """The lines of the part with this key; empty if there is no such part."""
        return next((part.lines for part in self.parts if part.key == key), [])

    @property
    def is_empty(self) -> bool:
        """Whether the import would change nothing."""
        changes = self.list_changes or self.facts or self.adds_standard_prompts
        return not (changes or any(part.key != "kept" for part in self.parts))

    @property
    def retires_most(self) -> bool:
        """Whether more than half of the rows that aren't retired would be: the file may be that of another list."""
        return 2 * len(self.lines("retired")) > self.listed_count

    @property
    def warning(self) -> str:
        """A warning with the counts and the usage of the rows to be retired if `retires_most`, else ""."""
        facts = self.warning_facts
        return warning_text(**facts) if facts else ""

    @property
    def warning_facts(self) -> dict | None:
        """The arguments of `warning_text` if `retires_most`, else None."""
        if not self.retires_most:
            return None
        gone = [line.row for line in self.lines("retired")]
        return {"retired": len(gone), "listed": self.listed_count, "usage": Usage(gone).of(*gone)}

    @property
    def is_first(self) -> bool:
        """Whether the list has no rows yet, retired ones included."""
        return all(item.is_new for item in self._items)

    @property
    def count_facts(self) -> dict:
        """The arguments of `import_counts`: rows by kind of change, names of list changes, and the number of sources
        with changed facts."""
        return {
            "parts": {part.key: len(part.lines) for part in self.parts if part.key != "kept"},
            "list_changes": [difference.name for difference in self.list_changes],
            "facts": self.facts,
        }

    @property
    def counts(self) -> str:
        """ "3 new, 1 changed, method updated"."""
        return import_counts(**self.count_facts)

    def _added(self) -> list[PreviewLine]:
        new = [item for item in self._items if item.is_new]
        sources = {item.row.source.pk for item in new if isinstance(item.row, Entry)} - {None}
        places = self._places_of(sources)
        return [
            self._line(item, listed_in=places[item.row.source.pk] if isinstance(item.row, Entry) else [])
            for item in new
        ]

    def _places_of(self, sources: set[int]) -> defaultdict[int | None, list[str]]:
        """The list and topic of each source's entries that aren't retired and won't be, by the source's primary key."""
        gone = {item.row.pk for item in self._items if item.is_retired and isinstance(item.row, Entry)}
        found = defaultdict(list)
        for entry in (
            Entry.objects.not_retired().filter(source__in=sources).select_related("topic__list").order_by("pk")
        ):
            if entry.pk not in gone:
                found[entry.source_id].append(f"{entry.topic.list.title} › {entry.topic.title}")
        return found

    def _restored(self) -> list[PreviewLine]:
        return [self._line(item) for item in self._items if item.is_restored]

    def _changed(self) -> list[PreviewLine]:
        found = []
        for item in self._items:
            names = _SECTION if isinstance(item.row, Section) else _ENTRY
            changed = [_difference(item.row, name, item.was[name]) for name in names if item.changed(name)]
            if changed:
                found.append(
                    self._line(
                        item,
                        was=True,
                        differences=changed,
                        note="" if item.will_be_listed else "retired",
                    )
                )
        return found

    def _moved(self) -> list[PreviewLine]:
        """The rows that move to another heading, and the fewest moves among siblings that explain the new order."""
        elsewhere = [item for item in self._items if not item.is_new and item.above is not item.was_above]
        found = [self._move(item, self._before(item.was_above), self._now(item.above)) for item in elsewhere]
        for items in _side_by_side(self._items).values():
            stayed = [item for item in items if item.is_listed and item.was_above is item.above]
            reordered = out_of_order(stayed)
            places = [
                {item: place for place, item in enumerate(among, start=1)}
                for among in (sorted(stayed, key=old_position), stayed)
            ]
            where = self._now(items[0].above)
            found += [
                self._move(item, *([place[item], where] for place in places)) for item in stayed if item in reordered
            ]
        return found

    def _move(self, item: RowChange, before: FieldValue, after: FieldValue) -> PreviewLine:
        return self._line(item, was=True, differences=[FieldChange("place", before, after)])

    def _relinked(self) -> list[PreviewLine]:
        found = []
        for item in self._items:
            if isinstance(item.row, Entry) and item.changed("url"):
                same = item.row.source_id == item.was["source_id"]
                if item.source_moves:
                    note = "source_moves"
                elif same:
                    note = "same_source"
                elif item.source_is_copied:
                    note = "source_copied"
                else:
                    note = "other_source"
                found.append(
                    self._line(item, was=True, differences=[_difference(item.row, "url", item.was["url"])], note=note)
                )
        return found

    def _retired(self) -> list[PreviewLine]:
        gone = [item for item in self._items if item.is_retired]
        usage = Usage(item.row for item in gone)
        return [self._line(item, was=True, usage=usage.of(item.row)) for item in gone]

    def _kept(self) -> list[PreviewLine]:
        found = []
        for item in self._items:
            differences = [
                FieldChange("place", self._now(value), self._now(item.above))
                if name == "place"
                else _difference(item.row, name, value)
                for name, value in item.kept.items()
            ]
            retired = bool(item.node and not item.is_new and not item.will_be_listed)
            if differences or retired:
                note = "retired_by_curator" if retired else ""
                found.append(self._line(item, was=True, differences=differences, note=note))
        return found

    def _line(self, item: RowChange, *, was: bool = False, **said) -> PreviewLine:
        title = item.was["title"] if was else item.row.title
        place = self._before(item.was_above) if was else self._now(item.above)
        return PreviewLine(item.row, title, place, **said)

    def _now(self, heading: RowChange | None) -> str:
        """The path of this heading after the import."""
        if heading not in self._place_now:
            self._place_now[heading] = _path(self._now(heading.above), heading.row.title)
        return self._place_now[heading]

    def _before(self, heading: RowChange | None) -> str:
        """The path of this heading before the import."""
        if heading not in self._place_before:
            self._place_before[heading] = _path(self._before(heading.was_above), heading.was["title"])
        return self._place_before[heading]


def warning_text(retired: int, listed: int, usage: Mapping[str, int]) -> str:
    """The warning that the file may be that of another list."""
    retires = _("This file would retire %(retired)s of the list’s %(listed)s headings and entries.")
    sentences = [retires % {"retired": f"{retired:,}", "listed": f"{listed:,}"}]
    if used := usage_phrase(usage):
        sentences.append(_("They have %(usage)s.") % {"usage": used})
    return " ".join([*sentences, _("Is this the right list?")])


def _path(above: str, title: str) -> str:
    return f"{above} › {title}" if above else title


def _place_in_list(item: RowChange) -> tuple[int, bool, int]:
    """A sort key for list order, with entries after their heading."""
    is_entry = isinstance(item.row, Entry)
    return (item.above if is_entry else item).row.position, is_entry, item.row.position


def _side_by_side(items: Iterable[RowChange]) -> dict[tuple, list[RowChange]]:
    """The rows that won't be retired, by type and heading, in order."""
    found = defaultdict(list)
    for item in items:
        if item.will_be_listed:
            found[type(item.row), item.above].append(item)
    return {where: sorted(there, key=lambda item: item.row.position) for where, there in found.items()}


def _difference(row: Section | Entry, name: str, before: object) -> FieldChange:
    return FieldChange(name, before, getattr(row, name), name in _MARKDOWN)


def _list_changes(plan: ImportPlan) -> Iterator[FieldChange]:
    if plan.list.preamble != plan.document.preamble:
        yield FieldChange("preamble", plan.list.preamble, plan.document.preamble, is_markdown=True)
    for name, before, after in method_differences(plan.list, plan.document):
        yield FieldChange(name, "\n".join(before), "\n".join(after))

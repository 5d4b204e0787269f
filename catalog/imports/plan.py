"""Plans an import in memory. `Preview` shows the plan, `ImportWriter` writes it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count

from django.utils import timezone

from catalog.lists.reading_list import ReadingList
from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.outline.derived_fields import topic_and_role
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.outline.usage import Usage
from catalog.sources.source import Source

from .facts import merge_facts
from .kind_choices import Choice, fit_kinds, kinds_of_levels
from .matching import last_imported_keys, match_entries, match_sections
from .ordering import ordered
from .row_change import RowChange
from .source_linking import SourceLinking, link_was_changed
from .three_way_merge import three_way_merge

_NOTHING = object()
# A key in `last_imported` of a row that a curator had retired before the file dropped it.
_GONE = "gone"


class ImportPlan:
    """The rows of one list, before and after the import, in memory. A fixed number of queries, whatever its size.

    Rows that the file no longer has are retired, never deleted; if the file has them again, they are restored."""

    def __init__(
        self,
        reading_list: ReadingList,
        document: Document,
        facts: dict[str, dict] | None = None,
        choices: Mapping[int, Choice] | None = None,
    ) -> None:
        """`choices` are kinds and roles chosen by a curator, by the place of the heading in the file."""
        self.list, self.document = reading_list, document
        # Read before the rows, so that a concurrent change of them shows as a newer version.
        self.seen: int = reading_list.version
        self.now: datetime = timezone.now()
        self.sections, self.entries = self._rows()
        self._place_in_file = {node: place for place, node in enumerate(document.sections, start=1)}
        self._place_in_file |= {node: place for place, (_, node) in enumerate(document.entries, start=1)}
        self._heading = {node: above for above, node in document.entries}
        self._item: dict[SectionNode | EntryNode, RowChange] = {}
        self._match()
        self.links = SourceLinking(self.entries, [node for _, node in document.entries])
        gone = {item for item in self._all() if item.node is None and item.row.last_imported and not _is_gone(item)}
        self._write_sections(gone)
        self._write_entries(gone)
        self._retire(gone)
        self.choices = self._choices(choices or {})
        self.refusals: dict[RowChange, str] = {}
        self._derive()
        self._order()
        self.facts: list[Source] = merge_facts(self.links.with_facts(facts or {}), facts or {})
        for source in self.links.new:
            source.fill_from_url()

    def _all(self) -> Iterator[RowChange]:
        yield from self.sections
        yield from self.entries

    def _rows(self) -> tuple[list[RowChange], list[RowChange]]:
        if self.list.pk is None:
            return [], []
        sections = [RowChange.of(row) for row in self.list.sections.all()]
        by_pk = {item.row.pk: item for item in sections}
        rows = Entry.objects.filter(section__list=self.list).select_related("source")
        entries = [RowChange.of(row) for row in rows]
        for item in sections:
            item.above = item.was_above = by_pk.get(item.row.parent_id)
        for item in entries:
            item.above = item.was_above = by_pk[item.row.section_id]
        return sections, entries

    def _match(self) -> None:
        """Assign every node of the file its existing row, or a new one."""
        old_sections, old_entries = [item.row for item in self.sections], [item.row for item in self.entries]
        last_keys = last_imported_keys(self.document, old_entries)
        sections = match_sections(self.document, old_sections, old_entries, last_keys)
        place = {node: sections[above].pk for above, node in self.document.entries if above in sections}
        entries = match_entries([node for _, node in self.document.entries], old_entries, place, last_keys)
        for items, pairs, model in ((self.sections, sections, Section), (self.entries, entries, Entry)):
            by_pk = {item.row.pk: item for item in items}
            for node in pairs.nodes:
                item = by_pk[pairs[node].pk] if node in pairs else RowChange(model())
                item.node = node
                self._item[node] = item
                if item.is_new:
                    items.append(item)

    def _write_sections(self, gone: set[RowChange]) -> None:
        for node in self.document.sections:
            item = self._item[node]
            merge_into(item, fields_of(node))
            self._place(item, self._item.get(node.parent), "parent", gone)
        self._keep_emptied_topics()
        self._break_cycles()
        for node in self.document.sections:
            self._set_retired(self._item[node])
        for item in self.sections:
            item.row.list, item.row.parent = self.list, item.above.row if item.above else None

    def _keep_emptied_topics(self) -> None:
        """Let headings stay topics, although the file has no entries under them any more, if people's rows are on them:
        other kinds have no page for these."""
        emptied = [
            item
            for item in self.sections
            if item.was and item.was["kind"] == Section.Kind.TOPIC and item.row.kind == Section.Kind.PAGE
        ]
        usage = Usage(item.row for item in emptied) if emptied else None
        for item in emptied:
            if usage and usage.of(item.row):
                item.kept["kind"] = item.row.kind
                item.row.kind = Section.Kind.TOPIC

    def _write_entries(self, gone: set[RowChange]) -> None:
        pairs = [(above, node, self._item[node]) for above, node in self.document.entries]
        self.links.move_corrected(item for above, _, item in pairs if self._was_under(self._item[above], item))
        for above, node, item in pairs:
            self._place(item, self._item[above], "section", gone)
            row, is_new = item.row, item.is_new or link_was_changed(item)
            changed = merge_into(item, fields_of(node))
            if is_new:
                row.source = self.links.of(node)
            if "title" in changed and item.was and row.source.listed_title == item.was["title"]:
                row.source.listed_title = row.title
            self._set_retired(item)
        for item in self.entries:
            item.row.section = item.above.row

    @staticmethod
    def _was_under(heading: RowChange, item: RowChange) -> bool:
        """Whether the entry was under this heading, in the database or in the last imported file."""
        under = {item.was_above, item.row.last_imported.get("section_id")}
        return not (item.is_new or heading.is_new) and not under.isdisjoint({heading, heading.row.pk})

    def _place(self, item: RowChange, file_above: RowChange | None, link: str, gone: set[RowChange]) -> None:
        """Set the item's heading: the file's if that is new or changed since the last import, or if the present heading
        is to be retired; else the present one, recorded in `kept` if the file's differs."""
        read = item.row.last_imported.get(f"{link}_id", _NOTHING)
        is_new = item.is_new or read != (file_above.row.pk if file_above else None) or read is _NOTHING
        if is_new or item.above in gone:
            item.above = file_above
        elif item.above is not file_above:
            item.kept["place"] = file_above

    def _break_cycles(self) -> None:
        """If the file's moves and the curators' form a cycle of headings, use the file's parents for all of them."""
        for item in self.sections:
            above = []
            for each in item.headings_above():
                if each is item or each in above:
                    for tied in [item, *above]:
                        if tied.node:
                            tied.above = self._item.get(tied.node.parent)
                            tied.kept.pop("place", None)
                    break
                above.append(each)

    def _set_retired(self, item: RowChange) -> None:
        """Restore a row that an earlier import retired. A row that a curator retired stays retired, and a new row under
        a retired heading is retired, too."""
        row, parent_is_listed = item.row, item.above is None or item.above.will_be_listed
        if item.is_new:
            row.retired_at = None if parent_is_listed else item.above.row.retired_at
        elif row.retired_at and not row.last_imported and parent_is_listed:
            row.retired_at = None

    def _retire(self, gone: set[RowChange]) -> None:
        """Retire the rows that the file no longer has, and clear their `last_imported`, so that they are restored if
        the file has them again.

        Rows that a curator had retired before are only marked with _GONE, so that they stay retired. Rows that curators
        added aren't in `gone`, and are retired only with a heading above them."""
        for item in gone:
            if item.will_be_listed:
                item.row.retired_at, item.row.last_imported, item.row.source_text = self.now, {}, ""
            else:
                item.row.last_imported = item.row.last_imported | {_GONE: True}
        headings = {item for item in gone if isinstance(item.row, Section)}
        for item in self._all():
            if item.will_be_listed and not headings.isdisjoint(item.headings_above()):
                item.row.retired_at = self.now

    def _choices(self, choices: Mapping[int, Choice]) -> dict[RowChange, Choice]:
        """The choices by heading: those made for this import, and for new headings the kind that curators gave all
        others on their level."""
        headings = enumerate(self.document.sections, start=1)
        made = {
            self._item[node]: choices[place]
            for place, node in headings
            if place in choices and choices[place].title == node.title
        }
        filled = {self._item[node] for node in self.document.sections if node.entries}
        for node in reversed(self.document.sections):
            if node.parent and self._item[node] in filled:
                filled.add(self._item[node.parent])
        levels = kinds_of_levels(self.sections, filled)
        for item in self.sections if levels else ():
            if item.is_new and item in filled and item not in made and item.node.level in levels:
                made[item] = Choice(item.row.title, levels[item.node.level])
        return made

    def _derive(self) -> None:
        """Set the kinds and roles that were chosen, and topic and role of all entries. If kinds that curators chose
        earlier leave an entry without a topic in the new tree, they give way where they have to."""
        for item, choice in self.choices.items():
            if choice.role is not None:
                item.row.role = choice.role
                item.kept.pop("role", None)
        self._derive_entries()
        if self.choices or any(
            item.will_be_listed and item.row.topic.kind != Section.Kind.TOPIC for item in self.entries
        ):
            below = self.below()
            listed = [item for item in _depth_first(below) if item.will_be_listed]
            entries = [item for item in self.entries if item.will_be_listed]
            self.refusals = fit_kinds(listed, entries, self.choices)
            for item in listed:
                if item in self.choices or (item.node and item.row.kind == item.node.kind):
                    item.kept.pop("kind", None)
            self._derive_entries()

    def _derive_entries(self) -> None:
        for item in self.entries:
            above = [heading.row for heading in item.headings_above()]
            item.row.topic, item.row.role = topic_and_role(item.row, above)

    def _order(self) -> None:
        """Set the list positions of all headings and of all entries, depth first, each counted from 1."""
        sections, entries = count(1), count(1)
        below, beneath = self.below(), self.beneath()

        def number(above: RowChange | None) -> None:
            for item in beneath.get(above, []):
                item.row.position = next(entries)
            for item in below.get(above, []):
                item.row.position = next(sections)
                number(item)

        number(None)

    def place_in_file(self, node: SectionNode | EntryNode) -> int:
        """The place of the heading among the file's headings, or of the entry among its entries, counted from 1."""
        return self._place_in_file[node]

    def below(self) -> dict[RowChange | None, list[RowChange]]:
        """The headings by their parent, in order."""
        return self._by_heading(self.sections, [(node.parent, node) for node in self.document.sections])

    def beneath(self) -> dict[RowChange | None, list[RowChange]]:
        """The entries by their heading, in order."""
        return self._by_heading(self.entries, list(self.document.entries))

    def _by_heading(
        self, items: list[RowChange], nodes: list[tuple[SectionNode | None, SectionNode | EntryNode]]
    ) -> dict[RowChange | None, list[RowChange]]:
        members, in_file = defaultdict(list), defaultdict(list)
        for item in items:
            members[item.above].append(item)
        for above, node in nodes:
            heading, item = self._item.get(above), self._item[node]
            if item.above is heading:
                in_file[heading].append(item)
        return {above: ordered(found, in_file[above]) for above, found in members.items()}

    def imported_fields(self, item: RowChange) -> dict:
        """The value of `last_imported`: the item's fields, heading and position in the file. The heading above must be
        saved already."""
        node, in_section = item.node, isinstance(item.row, Section)
        above = self._item.get(node.parent if in_section else self._heading[node])
        place = {"parent_id" if in_section else "section_id": above.row.pk if above else None}
        return fields_of(node) | place | {"position": self._place_in_file[node]}

    @property
    def texts(self) -> set[str]:
        """The Markdown texts that have to be rendered before the plan is written."""
        return {text for item in self._all() if item.node and (text := text_of(item.row)) == text_of(item.node)}


def _depth_first(below: dict[RowChange | None, list[RowChange]], above: RowChange | None = None) -> Iterator[RowChange]:
    """The headings, each before those below it."""
    for item in below.get(above, []):
        yield item
        yield from _depth_first(below, item)


def fields_of(node: SectionNode | EntryNode) -> dict:
    """The values that the file gives for a row's own fields."""
    if isinstance(node, SectionNode):
        names = ("title", "level", "kind", "role", "body")
        return {name: getattr(node, name) for name in names}
    said = {"title": node.title, "url": node.url, "why": node.why, "reread": node.reread}
    return said | {"own_role": node.role}


def _is_gone(item: RowChange) -> bool:
    return _GONE in item.row.last_imported


def merge_into(item: RowChange, fields: dict) -> list[str]:
    """Set the fields that the file changed since the last import and return their names. Fields in which the row keeps
    another value than the file's are recorded in `item.kept`: also a heading's kind and role that a curator chose,
    since the file's are guesses."""
    read = item.row.last_imported
    guesses = fields.keys() & {"kind", "role"}
    chosen = {name for name in guesses if name in read and getattr(item.row, name) != read[name]}
    said = {name: value for name, value in fields.items() if name not in chosen}
    changed = three_way_merge(item.row, said, read)
    item.kept |= {name: value for name, value in fields.items() if getattr(item.row, name) != value}
    return changed


def text_of(thing: Section | Entry | SectionNode | EntryNode) -> str:
    """The Markdown text of a heading (its body) or an entry (its reason)."""
    return thing.body if isinstance(thing, Section | SectionNode) else thing.why

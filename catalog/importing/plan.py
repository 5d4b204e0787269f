"""What an import would make of a list's rows. Nothing is written: a preview tells it, an import carries it out."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from django.utils import timezone

from catalog.derived import topic_and_role
from catalog.markdown.nodes import Document, EntryNode, SectionNode
from catalog.models import Entry, ReadingList, Section, Source

from .facts import merge_facts
from .item import Item
from .links import Links, link_is_news
from .matching import match_entries, match_sections
from .merging import merge
from .ordering import ordered

_NOTHING = object()
# In `as_read` of what a curator had retired when the file dropped it.
_GONE = "gone"


class Plan:
    """The rows of one list as they are and as the document makes them, in memory. Four queries whatever its size.

    What the file no longer has is retired, never deleted; what returns is brought back with all that hangs on it."""

    def __init__(self, reading_list: ReadingList, document: Document, facts: dict[str, dict] | None = None) -> None:
        self.list, self.document = reading_list, document
        # Read before the rows: if they change meanwhile, the version tells.
        self.seen: int = reading_list.version
        self.now: datetime = timezone.now()
        self.sections, self.entries = self._rows()
        self._place_in_file = {node: place for place, node in enumerate(document.sections, start=1)}
        self._place_in_file |= {node: place for place, (_, node) in enumerate(document.entries, start=1)}
        self._heading = {node: above for above, node in document.entries}
        self._item: dict[SectionNode | EntryNode, Item] = {}
        self._match()
        self.links = Links(self.entries, [node for _, node in document.entries])
        gone = {item for item in self._all() if item.node is None and item.row.as_read and not _is_gone(item)}
        self._write_sections(gone)
        self._write_entries(gone)
        self._retire(gone)
        self._derive()
        self._order()
        self.facts: list[Source] = merge_facts(self.links.with_facts(facts or {}), facts or {})
        for source in self.links.new:
            source.guess()

    def _all(self) -> Iterator[Item]:
        yield from self.sections
        yield from self.entries

    def _rows(self) -> tuple[list[Item], list[Item]]:
        if self.list.pk is None:
            return [], []
        sections = [Item.of(row) for row in self.list.sections.all()]
        by_pk = {item.row.pk: item for item in sections}
        rows = Entry.objects.filter(section__list=self.list).select_related("source")
        entries = [Item.of(row) for row in rows]
        for item in sections:
            item.above = item.was_above = by_pk.get(item.row.parent_id)
        for item in entries:
            item.above = item.was_above = by_pk[item.row.section_id]
        return sections, entries

    def _match(self) -> None:
        """Give every node of the file the row that it is, or a new one."""
        old_sections, old_entries = [item.row for item in self.sections], [item.row for item in self.entries]
        sections = match_sections(self.document, old_sections, old_entries)
        place = {node: sections[above].pk for above, node in self.document.entries if above in sections}
        entries = match_entries([node for _, node in self.document.entries], old_entries, place)
        for items, pairs, model in ((self.sections, sections, Section), (self.entries, entries, Entry)):
            by_pk = {item.row.pk: item for item in items}
            for node in pairs.nodes:
                item = by_pk[pairs[node].pk] if node in pairs else Item(model())
                item.node = node
                self._item[node] = item
                if item.is_new:
                    items.append(item)

    def _write_sections(self, gone: set[Item]) -> None:
        for node in self.document.sections:
            item = self._item[node]
            merge_into(item, fields_of(node))
            self._place(item, self._item.get(node.parent), "parent", gone)
        self._untie()
        for node in self.document.sections:
            self._stand(self._item[node])
        for item in self.sections:
            item.row.list, item.row.parent = self.list, item.above.row if item.above else None

    def _write_entries(self, gone: set[Item]) -> None:
        pairs = [(above, node, self._item[node]) for above, node in self.document.entries]
        self.links.follow(item for above, _, item in pairs if self._was_under(self._item[above], item))
        for above, node, item in pairs:
            self._place(item, self._item[above], "section", gone)
            row, news = item.row, item.is_new or link_is_news(item)
            changed = merge_into(item, fields_of(node))
            if news:
                row.source = self.links.of(node)
            if "title" in changed and item.was and row.source.listed_title == item.was["title"]:
                row.source.listed_title = row.title
            self._stand(item)
        for item in self.entries:
            item.row.section = item.above.row

    @staticmethod
    def _was_under(heading: Item, item: Item) -> bool:
        """Whether the entry stood under this heading, here or in the file of last time."""
        under = {item.was_above, item.row.as_read.get("section_id")}
        return not (item.is_new or heading.is_new) and not under.isdisjoint({heading, heading.row.pk})

    def _place(self, item: Item, file_above: Item | None, link: str, gone: set[Item]) -> None:
        """Where it comes to stand: where the file has it anew, else where curators have put it."""
        read = item.row.as_read.get(f"{link}_id", _NOTHING)
        news = item.is_new or read != (file_above.row.pk if file_above else None) or read is _NOTHING
        if news or item.above in gone:
            item.above = file_above
        elif item.above is not file_above:
            item.kept["place"] = file_above

    def _untie(self) -> None:
        """Where file and curators have put two headings under each other, the file is right."""
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

    def _stand(self, item: Item) -> None:
        """What returns is brought back. What a curator retired stays retired, and so does what comes under it."""
        row, above_stands = item.row, item.above is None or item.above.stands
        if item.is_new:
            row.retired_at = None if above_stands else item.above.row.retired_at
        elif row.retired_at and not row.as_read and above_stands:
            row.retired_at = None

    def _retire(self, gone: set[Item]) -> None:
        """Hide what the file has no more, so that it returns when the file has it again.

        What a curator had retired before is marked instead, so that it stays retired. What a curator added here was
        never in the file, and stays, unless the heading above it goes."""
        for item in gone:
            if item.stands:
                item.row.retired_at, item.row.as_read, item.row.source_text = self.now, {}, ""
            else:
                item.row.as_read = item.row.as_read | {_GONE: True}
        headings = {item for item in gone if isinstance(item.row, Section)}
        for item in self._all():
            if item.stands and not headings.isdisjoint(item.headings_above()):
                item.row.retired_at = self.now

    def _derive(self) -> None:
        """Topics and roles of all entries. Where curators' kinds no longer fit the file's tree, the guesses win."""
        self._derive_entries()
        if any(item.stands and item.row.topic.kind != Section.Kind.TOPIC for item in self.entries):
            for item in self.sections:
                if item.node:
                    item.row.kind = item.node.kind
                    item.kept.pop("kind", None)
            self._derive_entries()

    def _derive_entries(self) -> None:
        for item in self.entries:
            above = [heading.row for heading in item.headings_above()]
            item.row.topic, item.row.role = topic_and_role(item.row, above)

    def _order(self) -> None:
        """Number all headings, and all entries, from the top of the list to its end."""
        sections, entries = count(1), count(1)
        below, beneath = self.below(), self.beneath()

        def number(above: Item | None) -> None:
            for item in beneath.get(above, []):
                item.row.position = next(entries)
            for item in below.get(above, []):
                item.row.position = next(sections)
                number(item)

        number(None)

    def below(self) -> dict[Item | None, list[Item]]:
        """Headings by the one above them, in order."""
        return self._by_heading(self.sections, [(node.parent, node) for node in self.document.sections])

    def beneath(self) -> dict[Item | None, list[Item]]:
        """Entries by their heading, in order."""
        return self._by_heading(self.entries, list(self.document.entries))

    def _by_heading(
        self, items: list[Item], nodes: list[tuple[SectionNode | None, SectionNode | EntryNode]]
    ) -> dict[Item | None, list[Item]]:
        members, in_file = defaultdict(list), defaultdict(list)
        for item in items:
            members[item.above].append(item)
        for above, node in nodes:
            heading, item = self._item.get(above), self._item[node]
            if item.above is heading:
                in_file[heading].append(item)
        return {above: ordered(found, in_file[above]) for above, found in members.items()}

    def as_read(self, item: Item) -> dict:
        """The item's fields as the file gives them, to know next time what is news. Its heading must be saved."""
        node, in_section = item.node, isinstance(item.row, Section)
        above = self._item.get(node.parent if in_section else self._heading[node])
        place = {"parent_id" if in_section else "section_id": above.row.pk if above else None}
        return fields_of(node) | place | {"position": self._place_in_file[node]}

    @property
    def texts(self) -> set[str]:
        """The Markdown that has to be rendered to carry this out."""
        return {text for item in self._all() if item.node and (text := text_of(item.row)) == text_of(item.node)}


def fields_of(node: SectionNode | EntryNode) -> dict:
    """What the file says of a row itself."""
    if isinstance(node, SectionNode):
        names = ("title", "level", "kind", "role", "body")
        return {name: getattr(node, name) for name in names}
    said = {"title": node.title, "url": node.url, "why": node.why, "reread": node.reread}
    return said | {"own_role": node.role}


def _is_gone(item: Item) -> bool:
    return _GONE in item.row.as_read


def merge_into(item: Item, fields: dict) -> list[str]:
    """Set what the file says anew; remember where a curator's value stands against it."""
    changed = merge(item.row, fields, item.row.as_read)
    item.kept |= {name: value for name, value in fields.items() if getattr(item.row, name) != value}
    return changed


def text_of(thing: Section | Entry | SectionNode | EntryNode) -> str:
    """Its Markdown."""
    return thing.body if isinstance(thing, Section | SectionNode) else thing.why

"""The outline of a reading list: its tiers, parts and topics in order, with the entries of each topic."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.lists.reading_list import ReadingList
from catalog.markdown.heading_kind import names_method
from readlist_site.base.web.together import Together

from .entry import Entry
from .method import MethodStep, Prompt
from .section import Section


@dataclass
class TopicRow:
    """A topic with its entries."""

    topic: Section
    entries: list[Entry]

    @property
    def rereads(self) -> list[Entry]:
        """The entries that are to be read again here."""
        return [entry for entry in self.entries if entry.reread]


@dataclass
class TopicGroup:
    """The topics and pages under one part, or directly under a tier (`part` is None)."""

    part: Section | None = None
    rows: list[TopicRow] = field(default_factory=list)
    pages: list[Section] = field(default_factory=list)


@dataclass
class OutlineBlock:
    """A tier with its groups, or a heading outside of any tier."""

    heading: Section
    groups: list[TopicGroup] = field(default_factory=list)

    @property
    def rows(self) -> list[TopicRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def source_count(self) -> int:
        """The number of entries."""
        return sum(len(row.entries) for row in self.rows)

    @property
    def is_page(self) -> bool:
        return self.heading.kind == Section.Kind.PAGE

    @property
    def is_topic(self) -> bool:
        return self.heading.kind == Section.Kind.TOPIC

    @property
    def label(self) -> str:
        """A short name: "Tier 1", "Frontier"."""
        if self.heading.number and not self.is_topic:
            return _("Tier %(number)s") % {"number": self.heading.number}
        return self.heading.short_name.partition(" / ")[0]


def outline_queries(lists) -> list[QuerySet]:
    """The querysets of which `Outline.of_rows` makes the outline of a list: its headings, entries, steps, and the keys
    of its prompts. `lists`: what a column of a list is to be in."""
    entries = Entry.objects.not_retired().filter(topic__list__in=lists).order_by("position", "pk")
    return [
        Section.objects.not_retired()
        .filter(list__in=lists)
        .defer("source_text", "last_imported")
        .order_by("position", "pk"),
        entries.defer("source_text", "last_imported", "why", "why_html"),
        MethodStep.objects.filter(list__in=lists).order_by("position", "pk"),
        Prompt.objects.not_retired().filter(list__in=lists).values_list("pk", flat=True),
    ]


@Together
def _rows(reading_list: ReadingList) -> list[QuerySet]:
    return outline_queries([reading_list.pk])


@dataclass
class Outline:
    """A whole list without its retired rows."""

    reading_list: ReadingList
    blocks: list[OutlineBlock]
    method_page: Section | None
    steps: list[MethodStep]
    prompt_count: int

    @classmethod
    def of(cls, reading_list: ReadingList) -> "Outline":
        """Build the outline of a list, by one statement."""
        return cls.of_rows(reading_list, *_rows(reading_list=reading_list))

    @classmethod
    def of_rows(
        cls,
        reading_list: ReadingList,
        sections: list[Section],
        entries: list[Entry],
        steps: list[MethodStep],
        prompts: list[int],
    ) -> "Outline":
        """Build the outline of a list, of the rows of `outline_queries`."""
        entries_of = defaultdict(list)
        for entry in entries:
            entries_of[entry.topic_id].append(entry)
        pages = (section for section in sections if section.kind == Section.Kind.PAGE)
        method_page = next((page for page in pages if names_method(page.title)), None)
        blocks = list(_blocks([section for section in sections if section != method_page], entries_of))
        return cls(reading_list, blocks, method_page, steps, len(prompts))

    @property
    def shelves(self) -> list[OutlineBlock]:
        """The blocks that aren't pages."""
        return [block for block in self.blocks if not block.is_page]

    @property
    def rows(self) -> list[TopicRow]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def tier_count(self) -> int:
        return sum(block.heading.kind == Section.Kind.TIER for block in self.blocks)

    @property
    def source_count(self) -> int:
        """The number of distinct sources."""
        return len({entry.source_id for row in self.rows for entry in row.entries})

    @property
    def method(self) -> str:
        """The list's steps on one line, separated by semicolons."""
        texts = [step.words for step in self.steps]
        return "; ".join(word[:1].lower() + word[1:] for word in texts if word)


def _blocks(sections: list[Section], entries: dict[int, list[Entry]]) -> Iterator[OutlineBlock]:
    """The blocks of the headings, in order. A tier begins a block, and so does a heading that isn't below one."""
    kinds = {section.pk: section.kind for section in sections}
    block: OutlineBlock | None = None
    for section in sections:
        kind, above = section.kind, kinds.get(section.parent_id)
        if kind == Section.Kind.SHELF or (kind == above == Section.Kind.PAGE):
            continue
        if kind == Section.Kind.TIER or block is None or section.level <= block.heading.level:
            if block:
                yield block
            block = OutlineBlock(section)
            if kind == Section.Kind.TOPIC:
                block.groups.append(TopicGroup(rows=[TopicRow(section, entries[section.pk])]))
        elif kind == Section.Kind.PART:
            block.groups.append(TopicGroup(section))
        else:
            group = _group(block, section)
            if kind == Section.Kind.TOPIC:
                group.rows.append(TopicRow(section, entries[section.pk]))
            else:
                group.pages.append(section)
    if block:
        yield block


def _group(block: OutlineBlock, section: Section) -> TopicGroup:
    """The block's last group, or a new one if the last is a part that this heading isn't below."""
    last = block.groups[-1] if block.groups else None
    if last is None or (last.part and last.part.level >= section.level):
        block.groups.append(TopicGroup())
    return block.groups[-1]

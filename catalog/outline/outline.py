"""A reading list from above: its tiers, parts and topics in order, with the sources of each topic."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, Value

from catalog.lists.reading_list import ReadingList
from catalog.markdown.heading_kind import names_method

from .entry import Entry
from .method import MethodStep
from .section import Section


@dataclass
class TopicRow:
    """A topic with what there is to read in it."""

    topic: Section
    entries: list[Entry]

    @property
    def rereads(self) -> list[Entry]:
        """What is to be read here again."""
        return [entry for entry in self.entries if entry.reread]

    @property
    def open_issue_count(self) -> int:
        """How many of its links are in doubt."""
        return sum(entry.has_open_link_issue for entry in self.entries)


@dataclass
class TopicGroup:
    """Topics that stand together: under a part's heading, or right under the tier."""

    part: Section | None = None
    rows: list[TopicRow] = field(default_factory=list)
    pages: list[Section] = field(default_factory=list)


@dataclass
class OutlineBlock:
    """A tier with its groups, or a topic or page that stands outside of any tier."""

    heading: Section
    groups: list[TopicGroup] = field(default_factory=list)

    @property
    def rows(self) -> list[TopicRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def source_count(self) -> int:
        """How many places to read there are."""
        return sum(len(row.entries) for row in self.rows)

    @property
    def is_page(self) -> bool:
        return self.heading.kind == Section.Kind.PAGE

    @property
    def is_topic(self) -> bool:
        return self.heading.kind == Section.Kind.TOPIC

    @property
    def label(self) -> str:
        """Its name where there is little room: "Tier 1", "Frontier"."""
        if self.heading.number and not self.is_topic:
            return f"Tier {self.heading.number}"
        return self.heading.short_name.partition(" / ")[0]


@dataclass
class Outline:
    """What a reader sees of a whole list, in four queries whatever its size."""

    reading_list: ReadingList
    blocks: list[OutlineBlock]
    method_page: Section | None
    steps: list[MethodStep]
    prompt_count: int

    @classmethod
    def of(cls, reading_list: ReadingList, *, in_doubt: QuerySet | None = None) -> "Outline":
        """`in_doubt`: rows with a `source` whose link is not to be trusted; entries of these sources are marked."""
        sections = list(
            reading_list.sections.not_retired().defer("source_text", "last_imported").order_by("position", "pk")
        )
        entries = defaultdict(list)
        shown = Entry.objects.not_retired().filter(topic__list=reading_list).order_by("position", "pk")
        doubtful = Value(False) if in_doubt is None else Exists(in_doubt.filter(source=OuterRef("source")))
        shown = shown.annotate(has_open_link_issue=doubtful)
        for entry in shown.defer("source_text", "last_imported", "why", "why_html"):
            entries[entry.topic_id].append(entry)
        pages = (section for section in sections if section.kind == Section.Kind.PAGE)
        method_page = next((page for page in pages if names_method(page.title)), None)
        blocks = list(_blocks([section for section in sections if section != method_page], entries))
        return cls(
            reading_list,
            blocks,
            method_page,
            list(reading_list.steps.all()),
            reading_list.prompts.not_retired().count(),
        )

    @property
    def shelves(self) -> list[OutlineBlock]:
        """The blocks that hold something to read."""
        return [block for block in self.blocks if not block.is_page]

    @property
    def rows(self) -> list[TopicRow]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def has_link_issues(self) -> bool:
        return any(row.open_issue_count for row in self.rows)

    @property
    def tier_count(self) -> int:
        return sum(block.heading.kind == Section.Kind.TIER for block in self.blocks)

    @property
    def source_count(self) -> int:
        """How many different sources there are to read."""
        return len({entry.source_id for row in self.rows for entry in row.entries})

    @property
    def method(self) -> str:
        """The list's steps in one sentence."""
        said = [step.words for step in self.steps]
        return "; ".join(word[:1].lower() + word[1:] for word in said if word)


def _blocks(sections: list[Section], entries: dict[int, list[Entry]]) -> Iterator[OutlineBlock]:
    """Walk the headings in order. A tier opens a block, and so does whatever stands outside of a tier."""
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
    """Where in the block a topic belongs: the last group, unless that is a part the topic is not below."""
    last = block.groups[-1] if block.groups else None
    if last is None or (last.part and last.part.level >= section.level):
        block.groups.append(TopicGroup())
    return block.groups[-1]

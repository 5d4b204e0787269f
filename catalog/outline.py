"""A reading list from above: its tiers, parts and topics in order, with the sources of each topic."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet, Value

from .markdown.guess import names_method
from .models import Entry, MethodStep, ReadingList, Section


@dataclass
class Row:
    """A topic with what there is to read in it."""

    topic: Section
    entries: list[Entry]

    @property
    def rereads(self) -> list[Entry]:
        """What is to be read here again."""
        return [entry for entry in self.entries if entry.reread]

    @property
    def doubts(self) -> int:
        """How many of its links are in doubt."""
        return sum(entry.is_in_doubt for entry in self.entries)


@dataclass
class Group:
    """Topics that stand together: under a part's heading, or right under the tier."""

    part: Section | None = None
    rows: list[Row] = field(default_factory=list)
    pages: list[Section] = field(default_factory=list)


@dataclass
class Block:
    """A tier with its groups, or a topic or page that stands outside of any tier."""

    heading: Section
    groups: list[Group] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
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
    blocks: list[Block]
    method_page: Section | None
    steps: list[MethodStep]
    prompt_count: int

    @classmethod
    def of(cls, reading_list: ReadingList, *, in_doubt: QuerySet | None = None) -> "Outline":
        """`in_doubt`: rows with a `source` whose link is not to be trusted; entries of these sources are marked."""
        sections = list(reading_list.sections.standing().defer("source_text", "as_read").order_by("position", "pk"))
        entries = defaultdict(list)
        standing = Entry.objects.standing().filter(topic__list=reading_list).order_by("position", "pk")
        doubtful = Value(False) if in_doubt is None else Exists(in_doubt.filter(source=OuterRef("source")))
        standing = standing.annotate(is_in_doubt=doubtful)
        for entry in standing.defer("source_text", "as_read", "why", "why_html"):
            entries[entry.topic_id].append(entry)
        pages = (section for section in sections if section.kind == Section.Kind.PAGE)
        method_page = next((page for page in pages if names_method(page.title)), None)
        blocks = list(_blocks([section for section in sections if section != method_page], entries))
        return cls(
            reading_list, blocks, method_page, list(reading_list.steps.all()), reading_list.prompts.standing().count()
        )

    @property
    def shelves(self) -> list[Block]:
        """The blocks that hold something to read."""
        return [block for block in self.blocks if not block.is_page]

    @property
    def rows(self) -> list[Row]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def has_doubts(self) -> bool:
        return any(row.doubts for row in self.rows)

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


def _blocks(sections: list[Section], entries: dict[int, list[Entry]]) -> Iterator[Block]:
    """Walk the headings in order. A tier opens a block, and so does whatever stands outside of a tier."""
    kinds = {section.pk: section.kind for section in sections}
    block: Block | None = None
    for section in sections:
        kind, above = section.kind, kinds.get(section.parent_id)
        if kind == Section.Kind.SHELF or (kind == above == Section.Kind.PAGE):
            continue
        if kind == Section.Kind.TIER or block is None or section.level <= block.heading.level:
            if block:
                yield block
            block = Block(section)
            if kind == Section.Kind.TOPIC:
                block.groups.append(Group(rows=[Row(section, entries[section.pk])]))
        elif kind == Section.Kind.PART:
            block.groups.append(Group(section))
        else:
            group = _group(block, section)
            if kind == Section.Kind.TOPIC:
                group.rows.append(Row(section, entries[section.pk]))
            else:
                group.pages.append(section)
    if block:
        yield block


def _group(block: Block, section: Section) -> Group:
    """Where in the block a topic belongs: the last group, unless that is a part the topic is not below."""
    last = block.groups[-1] if block.groups else None
    if last is None or (last.part and last.part.level >= section.level):
        block.groups.append(Group())
    return block.groups[-1]

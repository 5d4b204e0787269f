"""A whole list as a tree in memory, retired headings and entries included, for arranging it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.lists.reading_list import ReadingList
from catalog.sources.source_role import Role

from .entry import Entry
from .section import Section

TreeItem = Section | Entry

MAX_LEVEL = 6  # as many levels of headings as Markdown has


class HeadingTooDeep(ValueError):
    """A heading's level would exceed MAX_LEVEL."""


@dataclass(eq=False)
class Branch:
    """A heading with its entries and the headings directly under it. `role` is the role that its entries inherit,
    `level` the level that `Tree.save` writes."""

    section: Section
    level: int
    above: "Branch | None" = None
    role: str = ""
    entries: list[Entry] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)

    @property
    def role_name(self) -> str:
        """The label of the role, or ""."""
        return str(Role(self.role).label) if self.role else ""

    def walk(self) -> "Iterator[Branch]":
        """This branch and all below it, depth first."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


class Tree:
    """The headings and entries of a list, read in three queries. `move` reorders them in memory, `save` writes."""

    def __init__(self, reading_list: ReadingList) -> None:
        self.list = reading_list
        sections = reading_list.sections.defer("body", "body_html", "source_text", "last_imported")
        below = defaultdict(list)
        for section in sections.order_by("position", "pk"):
            below[section.parent_id].append(section)
        entries = defaultdict(list)
        rows = Entry.objects.filter(section__list=reading_list).select_related("source").order_by("position", "pk")
        for entry in rows.defer("why", "why_html", "source_text", "last_imported"):
            entries[entry.section_id].append(entry)
        self.branches = [_branch(section, None, below, entries) for section in below[None]]
        self.by_pk = {branch.section.pk: branch for branch in self.walk()}

    def walk(self) -> Iterator[Branch]:
        """All branches in list order."""
        for branch in self.branches:
            yield from branch.walk()

    def siblings(self, row: TreeItem) -> list[TreeItem]:
        """The entries of the same section or the headings with the same parent, this one included, in order."""
        if isinstance(row, Entry):
            return self.by_pk[row.section_id].entries
        return [branch.section for branch in self._branches_under(row.parent_id)]

    def move(self, row: TreeItem, before: TreeItem | None) -> None:
        """Put the row before one of its siblings, or last if `before` is None. Doesn't save."""
        if isinstance(row, Entry):
            _put(row, before, self.by_pk[row.section_id].entries)
            return
        siblings, moved = self._branches_under(row.parent_id), self.by_pk[row.pk]
        _put(moved, self.by_pk[before.pk] if before else None, siblings)
        following = siblings[siblings.index(moved) + 1 :]
        # If its level were less than that of the next sibling, the Markdown would put that one under it.
        moved.level = max(moved.level, following[0].level if following else 0)

    def save(self) -> None:
        """Write the positions and levels that changed; levels are adjusted to the headings above.

        Raises HeadingTooDeep."""
        _let_levels_follow(self.branches, above=0, shift=0)
        sections = [branch.section for branch in self.walk()]
        entries = [entry for branch in self.walk() for entry in branch.entries]
        leveled = [branch.section for branch in self.walk() if branch.section.level != branch.level]
        for section in leveled:
            section.level = self.by_pk[section.pk].level
        Section.objects.bulk_update({*leveled, *_numbered(sections)}, ["position", "level"], batch_size=500)
        Entry.objects.bulk_update(_numbered(entries), ["position"], batch_size=500)

    def _branches_under(self, pk: int | None) -> list[Branch]:
        return self.by_pk[pk].branches if pk else self.branches


def _branch(section: Section, above: Branch | None, below: dict, entries: dict) -> Branch:
    role = section.role or (above.role if above else "")
    branch = Branch(section, section.level, above, role, entries[section.pk])
    branch.branches = [_branch(child, branch, below, entries) for child in below[section.pk]]
    return branch


def _put(moved: TreeItem | Branch, before: TreeItem | Branch | None, siblings: list) -> None:
    siblings.remove(moved)
    siblings.insert(siblings.index(before) if before in siblings else len(siblings), moved)


def _let_levels_follow(branches: list[Branch], *, above: int, shift: int) -> None:
    """Set the branches' levels: more than the heading above, and not more than the sibling before, which the Markdown
    would otherwise put above it. Headings below are shifted by the same number of levels.

    Raises HeadingTooDeep."""
    last = MAX_LEVEL
    for branch in branches:
        branch.level = max(min(branch.level + shift, last), above + 1)
        if branch.level > MAX_LEVEL:
            raise HeadingTooDeep
        last = branch.level
        _let_levels_follow(branch.branches, above=last, shift=last - branch.section.level)


def _numbered(rows: list[TreeItem]) -> list[TreeItem]:
    """Set the rows' positions, counted from 1, and return the rows whose position changed."""
    changed = [(row, position) for position, row in enumerate(rows, start=1) if row.position != position]
    for row, position in changed:
        row.position = position
    return [row for row, _ in changed]

"""The kinds and roles that a curator chooses for the headings of a file before importing it, and the kinds of the other
headings that follow from these, so that every entry is in a topic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from catalog.outline.section import Section

from .row_change import RowChange

Kind = Section.Kind
GROUPS = frozenset({Kind.TIER, Kind.PART, Kind.TOPIC})

# Why a heading can't have the kind that a curator chose.
REASONS = {
    "under_topic": _("It is under a topic, where only shelves and pages can be."),
    "under_page": _("It is under a page, where only pages can be."),
    "has_entries": _("It has entries, so it can’t be a page."),
    "own_entries": _("It has entries of its own, so it must be a topic."),
    "no_topic": _("A shelf must be under a topic."),
}


@dataclass(frozen=True)
class Choice:
    """What a curator chose for a heading: None where the guess is left as it is. `title` is the heading's, so that
    the choice is dropped if another heading is at its place."""

    title: str
    kind: str | None = None
    role: str | None = None

    @classmethod
    def all_from_json(cls, stored: Mapping[str, list] | None) -> "dict[int, Choice]":
        """The choices of an upload, by the place of the heading in the file."""
        return {int(place): cls(*values) for place, values in (stored or {}).items()}

    def to_json(self) -> list:
        return [self.title, self.kind, self.role]


@dataclass(eq=False)
class _Heading:
    """A heading whose kind is to be found. `chosen` is what was chosen now, `curated` what was chosen before."""

    item: RowChange
    above: "_Heading | None"
    entries: int
    chosen: str = ""
    curated: str = ""
    kind: str = ""
    below: int = 0
    children: "list[_Heading]" = field(default_factory=list)
    # Whether headings below it were chosen to be tiers, parts or topics.
    above_chosen: bool = False
    above_curated: bool = False

    @property
    def is_under_topic(self) -> bool:
        at = self.above
        while at is not None and at.kind != Kind.TOPIC:
            at = at.above
        return at is not None

    def allowed(self) -> set[str]:
        if self.is_under_topic:
            return {Kind.SHELF} if self.below else {Kind.SHELF, Kind.PAGE}
        if self.above is not None and self.above.kind == Kind.PAGE and not self.below:
            return {Kind.PAGE}
        if self.entries:
            return {Kind.TOPIC}
        return {*GROUPS} if self.below else {*GROUPS, Kind.PAGE}

    def preferred(self) -> list[str]:
        """The kinds that it might have, the best first."""
        chosen, curated = [self.chosen], [self.curated]
        # A topic, if what has entries under it is to be shelves.
        holds_shelves = all(
            Kind.SHELF in {child.chosen, child.curated, child.item.row.kind} for child in self.children if child.below
        )
        shelves_chosen = holds_shelves and any(child.chosen == Kind.SHELF for child in self.children)
        shelves_curated = holds_shelves and any(child.curated == Kind.SHELF for child in self.children)
        group = Kind.PART if self.above else Kind.TIER
        if self.above_chosen:
            return [*chosen, *(kind for kind in (self.curated, self.item.row.kind) if kind != Kind.TOPIC), group]
        if shelves_chosen:
            return [*chosen, Kind.TOPIC]
        if self.above_curated and self.curated != Kind.TOPIC:
            return [*chosen, *curated, *(kind for kind in (self.item.row.kind,) if kind != Kind.TOPIC), group]
        if shelves_curated:
            return [*chosen, *curated, Kind.TOPIC]
        return [*chosen, *curated, self.item.row.kind]

    def fit(self) -> None:
        """Set its kind, once that of the heading above is set."""
        allowed = self.allowed()
        fallback = [Kind.TOPIC] if self.below and self.item.row.kind == Kind.SHELF else []
        fallback += [Kind.SHELF if self.below else Kind.PAGE, Kind.PART if self.above else Kind.TIER, Kind.TOPIC]
        self.kind = next(kind for kind in (*self.preferred(), *fallback) if kind in allowed)

    @property
    def refusal(self) -> str:
        """Why it hasn't the kind that was chosen now, a key of REASONS; "" if it has."""
        if not self.chosen or self.chosen == self.kind:
            return ""
        if self.is_under_topic and self.chosen in GROUPS:
            return "under_topic"
        if self.chosen == Kind.PAGE:
            return "has_entries"
        if self.chosen == Kind.SHELF:
            return "no_topic"
        return "under_page" if self.kind == Kind.PAGE else "own_entries"


def fit_kinds(
    sections: Iterable[RowChange], entries: Iterable[RowChange], choices: Mapping[RowChange, Choice]
) -> dict[RowChange, str]:
    """Set the kinds of these headings, given with those above before those below: what was chosen now; else what
    curators chose before; else what was guessed, where it fits the others. Returns why headings don't have the kind
    that was chosen now, by keys of REASONS."""
    found: dict[RowChange, _Heading] = {}
    for item in sections:
        above, choice = found.get(item.above), choices.get(item)
        chosen = (choice.kind or "") if choice else ""
        found[item] = _Heading(item, above, 0, chosen, "" if chosen else curated_kind(item))
        if above:
            above.children.append(found[item])
    for item in entries:
        if item.above in found:
            found[item.above].entries += 1
    for heading in reversed(found.values()):
        heading.below += heading.entries
        if above := heading.above:
            above.below += heading.below
            above.above_chosen |= heading.above_chosen or heading.chosen in GROUPS
            above.above_curated |= heading.above_curated or heading.curated in GROUPS
    for heading in found.values():
        heading.fit()
    for item, heading in found.items():
        item.row.kind = heading.kind
    return {item: heading.refusal for item, heading in found.items() if heading.refusal}


def curated_kind(item: RowChange) -> str:
    """The kind that a curator gave an existing heading, "" if it has the one that was guessed."""
    if item.is_new or item.row.kind == item.row.last_imported.get("kind"):
        return ""
    return item.row.kind


def kinds_of_levels(sections: Iterable[RowChange], filled: set[RowChange]) -> dict[int, str]:
    """The levels all of whose existing headings with entries (`filled`) curators gave one and the same kind, at least
    two of them: new headings on such a level are likely to be the same."""
    kinds: dict[int, list[str]] = {}
    for item in sections:
        if item.will_be_listed and not item.is_new and item.node and item in filled:
            kinds.setdefault(item.node.level, []).append(curated_kind(item))
    return {level: each[0] for level, each in kinds.items() if len(each) > 1 and each[0] and len(set(each)) == 1}

"""The form on an import's preview by which a curator chooses kinds and roles of headings, one by one or by level."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from django.utils.translation import gettext_lazy

from catalog.imports.kind_choices import GROUPS, Choice
from catalog.imports.preview_tree import TreeLine
from catalog.outline.section import Section
from catalog.sources.source_role import Role

Kind = Section.Kind
KINDS = list(Kind.choices)
ROLES = [("", gettext_lazy("as the heading above")), *Role.choices]
# What all headings with entries of a level can be made. Pages have no entries.
_OF_LEVEL = [
    (Kind.TIER, gettext_lazy("Tiers")),
    (Kind.PART, gettext_lazy("Parts")),
    (Kind.TOPIC, gettext_lazy("Topics")),
    (Kind.SHELF, gettext_lazy("Shelves")),
]


@dataclass(frozen=True)
class Level:
    """The headings with entries on one level of the file: their number, the first title, and the kind of all, "" if
    they differ."""

    level: int
    number: int
    title: str
    kind: str
    can_be_shelves: bool

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds that they can have."""
        return _OF_LEVEL if self.can_be_shelves else _OF_LEVEL[:-1]


def levels_of(tree: Iterable[TreeLine]) -> list[Level]:
    """The levels of the file, the highest first."""
    found = defaultdict(list)
    for line in tree:
        if line.place and line.entries:
            found[line.level].append(line)
    levels = []
    for level, lines in sorted(found.items()):
        kinds = {line.kind for line in lines}
        lies_below = any(line.depth for line in lines)
        kind = kinds.pop() if len(kinds) == 1 else ""
        levels.append(Level(level, len(lines), lines[0].title, kind, lies_below))
    return levels


class KindChooser:
    """Changes the choices of an upload as a form says. `tree` is that of the preview that the form is on."""

    def __init__(self, tree: list[TreeLine], choices: Mapping[int, Choice]) -> None:
        self.tree, self.choices = tree, dict(choices)
        self._by_place = {line.place: line for line in tree if line.place}
        self._number = {line.place: number for number, line in enumerate(tree) if line.place}

    def choose(self, data: Mapping[str, str]) -> dict[int, Choice]:
        """The choices after the form was sent. `do` names its button: "save" takes all fields that were changed,
        "level-2-topic" sets the kind of a level's headings with entries, "level_of-7" and "named-7" give kind and role
        of the heading at place 7 to all on its level, or to those of them with its title."""
        what, _, of = data.get("do", "save").partition("-")
        if what == "reset":
            return {}
        if what == "level":
            level, _, kind = of.partition("-")
            self._set_level(level, kind)
            return self.choices
        for place, line in self._by_place.items():
            self._set(line, data.get(f"kind-{place}", line.kind), data.get(f"role-{place}", line.role))
        if what in {"level_of", "named"} and of.isdecimal() and (like := self._by_place.get(int(of))):
            kind, role = data.get(f"kind-{of}", like.kind), data.get(f"role-{of}", like.role)
            for line in self._by_place.values():
                if line.level == like.level and (what == "level_of" or line.title == like.title):
                    # What has no entries is text, whatever those with entries are.
                    fits = bool(line.entries) == bool(like.entries)
                    self._set(line, kind if fits else line.kind, role if fits else line.role)
        return self.choices

    def _set_level(self, level: str, kind: str) -> None:
        for line in self._by_place.values():
            if str(line.level) == level and line.entries:
                self._set(line, kind, line.role)

    def _set(self, line: TreeLine, kind: str, role: str) -> None:
        """Choose what differs from the preview. Earlier choices of other headings that rule it out are dropped."""
        if kind not in Kind.values or role not in {"", *Role.values}:
            return
        was = self.choices.get(line.place) or Choice(line.title)
        new = replace(
            was,
            kind=kind if kind != line.kind else was.kind,
            role=role if role != line.role else was.role,
        )
        if new == was:
            return
        self.choices[line.place] = new
        if kind == line.kind:
            return
        above = self._above(line)
        for each in above if kind in GROUPS else ():
            if self._chosen(each) == Kind.TOPIC:
                self._drop(each)
        for each in self._below(line) if kind == Kind.TOPIC else ():
            if self._chosen(each) in GROUPS:
                self._drop(each)
        if kind == Kind.SHELF and above and self._chosen(above[0]) in {Kind.TIER, Kind.PART}:
            self._drop(above[0])

    def _above(self, line: TreeLine) -> list[TreeLine]:
        """The headings above it, nearest first."""
        found, depth = [], line.depth
        for each in reversed(self.tree[: self._number[line.place]]):
            if depth == 0:
                break
            if each.depth < depth:
                found.append(each)
                depth = each.depth
        return found

    def _below(self, line: TreeLine) -> list[TreeLine]:
        following = self.tree[self._number[line.place] + 1 :]
        return list(takewhile(lambda each: each.depth > line.depth, following))

    def _chosen(self, line: TreeLine) -> str | None:
        choice = self.choices.get(line.place)
        return choice.kind if choice else None

    def _drop(self, line: TreeLine) -> None:
        self.choices[line.place] = replace(self.choices[line.place], kind=None)

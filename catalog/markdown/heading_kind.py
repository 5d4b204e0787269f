"""Guesses the kind and role of every heading from where the entries of the whole file are. Curators can change both."""

import re
from collections import Counter, defaultdict

from catalog.sources.source_role import Role, role_of_title

from .nodes import SectionNode

_TIER = re.compile(r"\btier\s+\d+\b", re.IGNORECASE)
# Numbers, emoji and other marks before the words.
_METHOD = re.compile(
    r"^[\W\d_]*(?:how to (?:use|read|work|study)\b|(?:a |the )?(?:reading|study|user|usage) guide\b|guide[\W_]*$)",
    re.IGNORECASE,
)
_REREAD = re.compile(r"\(\s*re-?read\b", re.IGNORECASE)
# If so few of the entries are below the level of most entries, the headings there are shelves.
_FEW_BELOW = 0.25


def names_tier(title: str) -> bool:
    """Whether the title is that of a tier."""
    return bool(_TIER.search(title))


def names_method(title: str) -> bool:
    """Whether the title is that of a page with a list's method. Whether it holds one follows from its text."""
    return bool(_METHOD.search(title))


def asks_to_reread(title: str) -> bool:
    """Whether an entry's title asks to read the source again here: "(re-read …)"."""
    return bool(_REREAD.search(title))


class Kinds:
    """The kinds and roles of all headings of a file."""

    def __init__(self, sections: list[SectionNode]) -> None:
        self.sections = sections
        self._below: dict[SectionNode, int] = {}
        for section in reversed(sections):
            self._below[section] = len(section.entries) + sum(self._below[child] for child in section.children)
        self._filled = {
            section: [child for child in section.children if self._below.get(child)] for section in sections
        }
        self._holds: dict[SectionNode, bool] = {}
        parents = defaultdict(set)
        for section in sections:
            if self._below[section] and section.parent:
                parents[_name(section)].add(section.parent.title)
        recurring = {name for name, found in parents.items() if len(found) > 1}
        self._recurring = {section for section in sections if recurring and _name(section) in recurring}
        counts: Counter[int] = Counter()
        for section in sections:
            if section.entries:
                counts[self.level_of_entries(section)] += len(section.entries)
        total = sum(counts.values())
        # The highest of the levels that hold most entries.
        self.topic_level = max(counts, key=lambda level: (counts[level], -level), default=1)
        deeper = sum(count for level, count in counts.items() if level > self.topic_level)
        self._few_below = deeper < _FEW_BELOW * total

    def below(self, section: SectionNode) -> int:
        """The number of entries under the heading and those below it."""
        return self._below[section]

    def level_of_entries(self, section: SectionNode) -> int:
        """The level of the heading that the section's entries count for: the topic's for those of a shelf."""
        while section.parent and (section.is_shelf or self.holds_shelves(section.parent)):
            section = section.parent
        return section.level

    def filled(self, section: SectionNode) -> list[SectionNode]:
        """The headings right under it with entries."""
        return self._filled[section]

    def holds_shelves(self, section: SectionNode) -> bool:
        """Whether the headings with entries under it are plainly shelves: marked so, all named by a role ("Must-read")
        and without headings of their own, or mostly named alike under several headings ("Papers", "Videos")."""
        if section not in self._holds:
            self._holds[section] = self._holds_shelves(self._filled[section])
        return self._holds[section]

    def _holds_shelves(self, filled: list[SectionNode]) -> bool:
        if not filled or any(self._filled[child] for child in filled):
            return False
        if all(child.is_shelf or (role_of_title(child.title) and not child.children) for child in filled):
            return True
        alike = sum(child in self._recurring for child in filled)
        return alike > 0 and sum(child in self._recurring or child.is_shelf for child in filled) * 2 >= len(filled)

    def is_container(self, section: SectionNode) -> bool:
        """Whether it has entries of its own, but is a heading above topics rather than one."""
        below, own = self.filled(section), len(section.entries)
        if not (own and below) or section.level >= self.topic_level or self.holds_shelves(section):
            return False
        return own * 4 <= self._below[section] - own or (own <= 2 and len(below) > 1)

    def set_all(self) -> None:
        """Set the kind and role of every heading."""
        for section in self.sections:
            section.kind = self._kind(section)
            section.role = _role(section.kind, section.title)

    def _kind(self, section: SectionNode) -> str:
        above = section.parent.kind if section.parent else ""
        tier = names_tier(section.title)
        if above in {"topic", "shelf"}:
            return "shelf"
        if above == "page" or not (self._below[section] or tier):
            return "page"
        if section.entries or (not tier and self._is_topic_of_shelves(section)):
            return "topic"
        if tier:
            return "tier"
        above_tiers = any(names_tier(child.title) for child in section.children)
        return "part" if section.parent or above_tiers else "tier"

    def _is_topic_of_shelves(self, section: SectionNode) -> bool:
        if self.holds_shelves(section):
            return True
        return self._few_below and section.level == self.topic_level


def _name(section: SectionNode) -> str:
    return section.title.casefold()


def _role(kind: str, title: str) -> str:
    """The role that the title names, or "". Core, practitioner and supporting count for a shelf only, since in the
    title of a topic such a word names the subject ("Core ML concepts"); case study and optional count for topics and
    parts, too."""
    role = role_of_title(title)
    if kind == "shelf":
        return role
    return role if kind in {"part", "topic"} and role in {Role.CASE_STUDY, Role.OPTIONAL} else ""

"""Guesses the kind and role of a heading from its title and what is under it. Curators can change both."""

import re

from .nodes import SectionNode
from .role import Role, role_of_title

_TIER = re.compile(r"\btier\s+\d+\b", re.IGNORECASE)
_PAGE = re.compile(
    r"^(how to (use|read)|(what )?(you|to) can (safely )?skip|what (you can|to) (safely )?skip|about\b|introduction\b"
    r"|preface\b|contribut|licen[sc]e\b|acknowledge?ment|(table of )?contents\b)",
    re.IGNORECASE,
)
_METHOD = re.compile(r"^how to (use|read)\b", re.IGNORECASE)
_REREAD = re.compile(r"\(\s*re-?read\b", re.IGNORECASE)


def names_tier(title: str) -> bool:
    """Whether the title is that of a tier."""
    return bool(_TIER.search(title))


def names_page(title: str) -> bool:
    """Whether the title is that of a page, so that links under it are not entries."""
    return bool(_PAGE.search(title))


def names_method(title: str) -> bool:
    """Whether the title is that of the page with the list's method."""
    return bool(_METHOD.search(title))


def asks_to_reread(title: str) -> bool:
    """Whether an entry's title asks to read the source again here: "(re-read …)"."""
    return bool(_REREAD.search(title))


def kind_and_role(section: SectionNode) -> tuple[str, str]:
    """The guessed kind and role of a heading. The kind of its parent must be set already."""
    kind = _kind(section)
    return kind, _role(kind, section.title)


def _role(kind: str, title: str) -> str:
    """The role that the title names, or "". Core, practitioner and supporting count for a shelf only, since in the
    title of a topic such a word names the subject ("Core ML concepts"); case study and optional count for topics and
    parts, too."""
    role = role_of_title(title)
    if kind == "shelf":
        return role
    return role if kind in {"part", "topic"} and role in {Role.CASE_STUDY, Role.OPTIONAL} else ""


def _holds_shelves(section: SectionNode) -> bool:
    """Whether every child with entries is named by a role ("Must-read", "Practical intuition") and has no children."""
    filled = [child for child in section.children if child.has_entries]
    return bool(filled) and all(role_of_title(child.title) and not child.children for child in filled)


def _kind(section: SectionNode) -> str:
    above = section.parent.kind if section.parent else ""
    tier = bool(_TIER.search(section.title))
    if above in {"topic", "shelf"}:
        return "shelf"
    if above == "page" or not (section.has_entries or tier):
        return "page"
    if section.entries or (not tier and _holds_shelves(section)):
        return "topic"
    if tier:
        return "tier"
    above_tiers = any(_TIER.search(child.title) for child in section.children)
    return "part" if section.parent or above_tiers else "tier"

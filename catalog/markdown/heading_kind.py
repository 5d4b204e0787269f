"""What a heading is, guessed from its words and from what stands under it. A curator can overrule every guess."""

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


def names_page(title: str) -> bool:
    """Whether the heading is over prose, whatever links stand in it."""
    return bool(_PAGE.search(title))


def names_method(title: str) -> bool:
    """Whether the heading is over the list's method."""
    return bool(_METHOD.search(title))


def asks_to_reread(title: str) -> bool:
    """Whether an entry says that it wants to be read again here."""
    return bool(_REREAD.search(title))


def kind_and_role(section: SectionNode) -> tuple[str, str]:
    """The guess for one heading; its parent's must stand already."""
    kind = _kind(section)
    return kind, _role(kind, section.title)


def _role(kind: str, title: str) -> str:
    """Only a shelf is core or practitioner by its words: a topic called "Core ML concepts" or a "Non-Negotiable Core"
    names its subject. That all below is a case study or optional, a part and a topic can say, too."""
    role = role_of_title(title)
    if kind == "shelf":
        return role
    return role if kind in {"part", "topic"} and role in {Role.CASE_STUDY, Role.OPTIONAL} else ""


def _holds_shelves(section: SectionNode) -> bool:
    """Whether all that it groups is named by role: "Must-read" beside "Practical intuition"."""
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

"""Whether the title that was found is one of those that were expected. It says so only where it is sure."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto

_SMALL = re.compile(
    r"an?|and|are|as|at|by|de|for|from|how|in|into|is|it|of|on|or|our|the|to|via|vs|what|why|with|[^\W_]", re.ASCII
)
_WALL = re.compile(
    r"just a moment|attention required|access (to this page )?(is |has been )?(denied|blocked)"
    r"|are you (a )?(human|robot)|captcha|verif(y|ying) you|security (check|verification)|checking your browser"
    r"|before you continue|consent|^(please )?(sign|log) ?(in|on|up)\b|\b(sign|log) ?in$|enable javascript"
    r"|redirecting|unusual traffic|^error\b|unsupported browser|^loading\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"^\W*(error )?404\b|page (was |is |could )?not (be )?found|^not found$|page (does not|doesn.t) exist"
    r"|page isn.t available",
    re.IGNORECASE,
)


class TitleMatch(Enum):
    """What a comparison came to."""

    SAME = auto()
    OTHER = auto()
    UNSURE = auto()


def is_wall(title: str) -> bool:
    """Whether this is what stands before a page: a sign-in, a consent, a check for robots."""
    return bool(_WALL.search(title))


def is_not_found(title: str) -> bool:
    """Whether a page that was answered as if it were there says that it is not."""
    return bool(_NOT_FOUND.search(title))


def compare_titles(found: str, expected: Iterable[str]) -> TitleMatch:
    """Whether the title found is one of those expected, in other words, with a site's name, in short."""
    here = _words(found)
    known = [words for words in map(_words, expected) if words]
    if not here or not known:
        return TitleMatch.UNSURE
    best = max(_likeness(here, there) for there in known)
    if best >= 0.5:
        return TitleMatch.SAME
    says_enough = len(here) > 2 and any(len(there) > 1 for there in known)
    return TitleMatch.OTHER if best == 0 and says_enough else TitleMatch.UNSURE


def _words(title: str) -> list[str]:
    flat = "".join(c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c))
    return [word.rstrip("s") or word for word in re.findall(r"[^\W_]+", flat) if not _SMALL.fullmatch(word)]


def _likeness(here: list[str], there: list[str]) -> float:
    """The share of the shorter title's words that the longer one has; half, where one abbreviates the other."""
    short, long = sorted((set(here), set(there)), key=len)
    shared = len(short & long) / len(short)
    if _abbreviates(here, there) or _abbreviates(there, here):
        return max(shared, 0.5)
    # Titles in different scripts may be translations: a little alike, so that nobody is sure.
    return shared if "".join(here).isascii() == "".join(there).isascii() else max(shared, 0.25)


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Whether a word of one is made of the first letters of the other's: "RLHF"."""
    initials = "".join(word[0] for word in long)
    return any(len(word) > 2 and word in initials for word in short)

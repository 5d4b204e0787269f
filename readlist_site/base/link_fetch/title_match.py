"""Compares the title of a page with expected titles. The result is definite only in clear cases."""

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
    """The result of a comparison."""

    SAME = auto()
    OTHER = auto()
    UNSURE = auto()


def is_wall(title: str) -> bool:
    """Returns whether the title is that of a login, consent or robot check page."""
    return bool(_WALL.search(title))


def is_not_found(title: str) -> bool:
    """Returns whether the title of a page that was sent with status 200 says "not found"."""
    return bool(_NOT_FOUND.search(title))


def compare_titles(found: str, expected: Iterable[str]) -> TitleMatch:
    """Returns whether the title is one of the expected ones, even if reworded, shortened or with the site's name
    added."""
    found_words = _words(found)
    expected_titles = [words for words in map(_words, expected) if words]
    if not found_words or not expected_titles:
        return TitleMatch.UNSURE
    best = max(_likeness(found_words, expected_words) for expected_words in expected_titles)
    if best >= 0.5:
        return TitleMatch.SAME
    is_conclusive = len(found_words) > 2 and any(len(expected_words) > 1 for expected_words in expected_titles)
    return TitleMatch.OTHER if best == 0 and is_conclusive else TitleMatch.UNSURE


def _words(title: str) -> list[str]:
    flat = "".join(c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c))
    return [word.rstrip("s") or word for word in re.findall(r"[^\W_]+", flat) if not _SMALL.fullmatch(word)]


def _likeness(one: list[str], other: list[str]) -> float:
    """Returns the share of the shorter title's words that the longer one has; at least half if one abbreviates the
    other."""
    short, long = sorted((set(one), set(other)), key=len)
    shared = len(short & long) / len(short)
    if _abbreviates(one, other) or _abbreviates(other, one):
        return max(shared, 0.5)
    # Titles in different scripts may be translations: similar enough for UNSURE.
    return shared if "".join(one).isascii() == "".join(other).isascii() else max(shared, 0.25)


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Returns whether a word of `short`, as in "RLHF", consists of initials of the words of `long`."""
    initials = "".join(word[0] for word in long)
    return any(len(word) > 2 and word in initials for word in short)

"""Handles: the names by which members of a group mention each other, as in "@ada"."""

import re
import unicodedata
from collections.abc import Collection

from readlist_site.base.accounts.confusable_names import skeleton

MAX_LENGTH = 30
PATTERN = re.compile(r"\w+(?:-+\w+)*")

# Stands for everybody in the group.
EVERYBODY = "group"


def fold(text: str) -> str:
    """Return a handle as it is compared: without regard to case, and to how its letters are composed."""
    return unicodedata.normalize("NFKC", text).casefold()


def without_accents(handle: str) -> str:
    """Return a folded handle without the accents of its letters."""
    return "".join(each for each in unicodedata.normalize("NFKD", handle) if not unicodedata.combining(each))


def handle_key(handle: str) -> str:
    """Return what is unique in a group: the same for handles that look alike."""
    return skeleton(handle)[: 2 * MAX_LENGTH]


def make_handle(name: str, taken: Collection[str]) -> str:
    """Return a handle made of a person's name: the first of it, the whole, or that with a number. `taken`: the keys of
    the others in the group."""
    words = PATTERN.findall(fold(name)) or ["member"]
    whole = "-".join(words)
    made = (words[0], whole, *(f"{whole[: MAX_LENGTH - 6]}-{number}" for number in range(2, len(taken) + 4)))
    taken = {*taken, handle_key(EVERYBODY), ""}
    return next(handle for each in made if handle_key(handle := each[:MAX_LENGTH].strip("-_")) not in taken)

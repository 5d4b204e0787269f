"""Detects names that look alike, and distinguishes them by a part of the e-mail address."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

MAX_HINT_LENGTH = 24

# Letters that look like Latin ones, or like each other, after case folding.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕһԁԛԝαβεζηικμνορτυχ01|lıɩøđłɑɡ",
    "abekmhopctyxijshdqwabezhikmnoptyxoiiiiiodiag",
)


@lru_cache(maxsize=4_096)  # a page of a group asks for those of its members several times
def skeleton(name: str) -> str:
    """Returns a form of the name in which names that look alike are equal. It ignores case, accents, invisible
    characters, punctuation and the script of similar letters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(_LOOKALIKES)
    visible = "".join(c if unicodedata.category(c)[0] in "LNS" else " " * (c.isspace() or c in "-‐‑–—") for c in folded)
    return " ".join(visible.split())


def address_hints(people: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Returns hints by key, for people whose names look alike: the local part of the e-mail address, or as long a
    prefix of the address as is needed. `people` are (key, name, address)."""
    by_skeleton = defaultdict(dict)
    for key, name, address in people:
        by_skeleton[skeleton(name)][key] = address
    return {key: hint for group in by_skeleton.values() if len(group) > 1 for key, hint in _unique_hints(group).items()}


def _unique_hints(addresses: dict[int, str]) -> dict[int, str]:
    local = {key: address.rpartition("@")[0] for key, address in addresses.items()}
    if len(set(local.values())) == len(local) and max(map(len, local.values())) <= MAX_HINT_LENGTH:
        return local
    length = 1
    while len({address[:length] for address in addresses.values()}) < len(addresses):
        length += 1
    return {key: address[:length] + "…" * (len(address) > length) for key, address in addresses.items()}

"""People whose names look alike, and the part of their e-mail addresses that tells them apart."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

LONGEST = 24

# Letters of other scripts that look like Latin ones, and Latin ones that look like each other; after case folding.
_LOOK = str.maketrans(
    "авекмнорстухіјѕһԁԛԝαβεζηικμνορτυχ01|lıɩøđłɑɡ",
    "abekmhopctyxijshdqwabezhikmnoptyxoiiiiiodiag",
)


def skeleton(name: str) -> str:
    """What is left of a name for the eye: names with the same skeleton look alike. Case, accents, invisible
    characters, punctuation and the script of a letter make no difference."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(_LOOK)
    seen = "".join(c if unicodedata.category(c)[0] in "LNS" else " " * (c.isspace() or c in "-‐‑–—") for c in folded)
    return " ".join(seen.split())


def address_hints(people: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """For those whose names look alike, by key: the part of the address before the @, or as much of the address as it
    takes. `people` are keys, names and addresses; whose name looks like no other has no hint."""
    alike = defaultdict(dict)
    for key, name, address in people:
        alike[skeleton(name)][key] = address
    return {key: hint for group in alike.values() if len(group) > 1 for key, hint in _told_apart(group).items()}


def _told_apart(addresses: dict[int, str]) -> dict[int, str]:
    local = {key: address.rpartition("@")[0] for key, address in addresses.items()}
    if len(set(local.values())) == len(local) and max(map(len, local.values())) <= LONGEST:
        return local
    length = 1
    while len({address[:length] for address in addresses.values()}) < len(addresses):
        length += 1
    return {key: address[:length] + "…" * (len(address) > length) for key, address in addresses.items()}

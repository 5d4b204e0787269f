"""What may stand as a person's name: whatever they call themselves, in any script, as long as it can be seen."""

import unicodedata

# Letters by their class, and yet nothing to see.
_BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")
# Joins letters in Persian, Indic scripts and emoji: the one kind of invisible character that a name may need.
_JOINERS = {"\u200c", "\u200d"}


def tidy(name: str) -> str:
    """One line, single spaces, composed letters; no control characters and nothing that turns the text around.

    A name in which nothing can be seen comes back empty.
    """
    name = unicodedata.normalize("NFC", name).translate(_BLANKS)
    kept = (c for c in name if c in _JOINERS or c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Co"})
    name = " ".join("".join(kept).split())
    return name if any(unicodedata.category(c)[0] in "LNS" for c in name) else ""

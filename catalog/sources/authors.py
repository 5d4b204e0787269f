"""Formats authors' names for a sentence."""


def family_name(name: str) -> str:
    """The name used in citations: "Rafailov" of "Rafael Rafailov", "de Las Casas" of "Diego de Las Casas"."""
    words = name.split()
    particle = next((at for at, word in enumerate(words) if at and word[0].islower()), len(words) - 1)
    return " ".join(words[particle:])


def authors_in_short(authors: list[str]) -> str:
    """The authors in short: "Rafailov and 5 others". A last item "others" means that the list is incomplete."""
    if not authors:
        return ""
    first = family_name(authors[0])
    if authors[-1] == "others":
        return f"{first} and others"
    if len(authors) == 2:
        return f"{first} and {family_name(authors[1])}"
    return first if len(authors) == 1 else f"{first} and {len(authors) - 1} others"


def authors_in_full(authors: list[str]) -> str:
    """All names in full: "Jan Leike and Ryan Lowe"."""
    if len(authors) < 2:
        return "".join(authors)
    return f"{', '.join(authors[:-1])} and {authors[-1]}"

"""Formats authors' names for a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from readlist_site.base.languages.direction import isolated
from readlist_site.base.languages.formats import list_of_names


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
        return _("%(author)s and others") % {"author": isolated(first)}
    if len(authors) <= 2:
        return list_of_names(family_name(author) for author in authors)
    others = len(authors) - 1
    text = ngettext("%(author)s and %(number)s other", "%(author)s and %(number)s others", others)
    return text % {"author": first, "number": others}


def authors_in_full(authors: list[str]) -> str:
    """All names in full: "Jan Leike and Ryan Lowe"."""
    return list_of_names([*authors[:-1], _("others") if authors[-1] == "others" else authors[-1]]) if authors else ""

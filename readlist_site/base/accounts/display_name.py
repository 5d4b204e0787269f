"""What may stand as a person's name: whatever they call themselves, in any script, as long as it can be seen."""

from readlist_site.base.web.short_text import clean_short_text


def clean_display_name(name: str) -> str:
    """The name as every short text is cleaned; empty where it has no letter, number or symbol."""
    return clean_short_text(name, categories="LNS")

"""The rule for display names: any script, as long as there is a visible letter, number or symbol."""

from readlist_site.base.web.short_text import clean_short_text


def clean_display_name(name: str) -> str:
    """Returns the name, cleaned as a short text; "" if it has no letter, number or symbol."""
    return clean_short_text(name, categories="LNS")

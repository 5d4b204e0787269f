"""The links that an entry's reason names beside its source."""

from catalog.sources.canonical_url import url_key

from .limits import MAX_URL
from .parser import links_in, parse, plain


def related_links(why: str) -> list[tuple[str, str]]:
    """Words and address of each web link in the text, in order."""
    found = []
    if "://" not in why:
        return found
    for link in links_in(parse(why)):
        url = link.attrs["href"]
        try:
            url_key(url)
        except ValueError:
            continue
        if len(url) <= MAX_URL:
            found.append((" ".join(plain(link).split()), url))
    return found

"""Short forms for narrow places."""

import re
from textwrap import shorten


def short(title: str, length: int = 44) -> str:
    """A title without what stands in brackets at its end, cut between words."""
    return shorten(re.sub(r"\s*\([^()]*\)$", "", title) or title, length, placeholder="…")

"""Short forms of titles."""

import re
from textwrap import shorten


def short(title: str, length: int = 44) -> str:
    """Returns the title without brackets at its end, cut between words."""
    return shorten(re.sub(r"\s*\([^()]*\)$", "", title) or title, length, placeholder="…")

"""Limits on the size of a list file, so that parsing takes seconds at most."""

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message
from readlist_site.base.text import MAX_LENGTH

from .nodes import Problem, UnreadableList

MAX_BYTES = MAX_CHARACTERS = 4_000_000
MAX_LINE = 50_000
MAX_HEADINGS = 5_000
MAX_ENTRIES = 20_000
MAX_NESTING = 20  # the parser's own limit; it drops deeper blocks silently
MAX_TITLE = 300
MAX_URL = 500
MAX_METHOD = 300
MAX_TEXT = MAX_LENGTH

_ALLOWED = {"\t", "\n", "\r", "\f"}


def check_size(text: str) -> None:
    """Raise UnreadableList if the file is too long to be parsed."""
    if len(text) > MAX_CHARACTERS:
        reason = Message(_("this file is longer than %(number)s characters."), {"number": MAX_CHARACTERS})
        raise UnreadableList([Problem(1, reason)])


def check_lines(lines: list[str]) -> None:
    """Raise UnreadableList, with one problem per fault, for lines that are too long or contain control characters."""
    problems = []
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            reason = Message(_("this line is longer than %(number)s characters."), {"number": MAX_LINE})
            problems.append(Problem(number, reason))
        if not line.isprintable() and (found := next((sign for sign in line if _is_control(sign)), "")):
            reason = Message(
                _("this line contains the control character %(code)s. Remove it."), {"code": f"U+{ord(found):04X}"}
            )
            problems.append(Problem(number, reason))
    if problems:
        raise UnreadableList(problems)


def _is_control(sign: str) -> bool:
    return (sign < " " and sign not in _ALLOWED) or "\x7f" <= sign < "\x85" or "\x85" < sign <= "\x9f"

"""Limits on the size of a list file, so that parsing takes seconds at most."""

import re

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message
from readlist_site.base.text import MAX_LENGTH

from .nodes import Problem, UnreadableList

MAX_BYTES = MAX_CHARACTERS = 4_000_000
MAX_LINE = 50_000
MAX_LINES = 200_000
MAX_MARKS = 300_000  # those of the longest list that can be read, with a formula in each entry
MAX_CELLS = 200_000  # of one table
MAX_HEADINGS = 5_000
MAX_ENTRIES = 20_000
MAX_NESTING = 20  # the parser's own limit; it drops deeper blocks silently
MAX_TITLE = 300
MAX_URL = 500
MAX_METHOD = 300
MAX_TEXT = MAX_LENGTH

_MARKS = "[*_~`<&!|\\"
# All but tabulators, line ends and form feeds.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def check_size(text: str) -> None:
    """Raise UnreadableList if the file is too long, or has too many marks, to be parsed in seconds."""
    if len(text) > MAX_CHARACTERS:
        reason = Message(_("this file is longer than %(number)s characters."), {"number": MAX_CHARACTERS})
        raise UnreadableList([Problem(1, reason)])
    if sum(map(text.count, _MARKS)) > MAX_MARKS:
        reason = Message(_("this file has more than %(number)s marks such as * and [."), {"number": MAX_MARKS})
        raise UnreadableList([Problem(1, reason)])


def check_lines(lines: list[str]) -> None:
    """Raise UnreadableList, with one problem per fault, for too many lines, and for lines that are too long or contain
    control characters."""
    if len(lines) > MAX_LINES:
        raise UnreadableList(
            [Problem(1, Message(_("this file has more than %(number)s lines."), {"number": MAX_LINES}))]
        )
    problems = []
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_LINE:
            reason = Message(_("this line is longer than %(number)s characters."), {"number": MAX_LINE})
            problems.append(Problem(number, reason))
        if found := _CONTROL.search(line):
            reason = Message(
                _("this line contains the control character %(code)s. Remove it."), {"code": f"U+{ord(found[0]):04X}"}
            )
            problems.append(Problem(number, reason))
    if problems:
        raise UnreadableList(problems)

"""What a file's report says: what makes it unreadable, and what isn't read as it stands or isn't shown."""

import re
from collections import defaultdict

from django.utils.translation import gettext_noop as _

from readlist_site.base.languages.message import Message
from readlist_site.base.text import as_sent

from .clean import Cleaned
from .commonmark import links_in
from .entry import no_link
from .nodes import Problem
from .syntax_tree import LISTS, Node

_LIKE_ENTRY = re.compile(r"https?:|www\.|\]\(|\bdoi\b|arxiv|^\s*(?:[-*+]|\d+[.)])\s", re.IGNORECASE)
_NEAREST = 5


class ParseNotes:
    """The problems and notes of one file. What stands in a file often is collected first, and noted once."""

    def __init__(self, lines: list[str], cleaned: Cleaned) -> None:
        self.lines, self.cleaned = lines, cleaned
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        # The lines of labels that aren't shown, and of ticks.
        self.labels_left_out: dict[str, list[int]] = defaultdict(list)
        self.ticks: list[int] = []
        # The texts of links within the file, each with its first line.
        self.within: dict[str, int] = {}

    def in_order(self) -> list[Problem]:
        """The notes in the order of their lines."""
        return sorted(self.notes, key=lambda note: note.line)

    def refuse(self, line: int, reason: str, **values) -> None:
        self.problems.append(Problem(line, Message(reason, values)))

    def note(self, line: int, reason: str, **values) -> None:
        self.notes.append(Problem(line, Message(reason, values)))

    def note_cleaned(self) -> None:
        for line, urls in self.cleaned.relative.items():
            for url in urls:
                self.note(line, _("“%(url)s” isn’t a web address but a relative link. It is shown as text."), url=url)
        several = _("images and badges on %(number)s lines aren’t shown. This is the first.")
        self._note_once(sorted(self.cleaned.images), _("this image isn’t shown."), several)
        several = _("%(number)s ticks aren’t imported. This is the first. Each member marks their own reading.")
        self._note_once(self.ticks, _("this tick isn’t imported. Each member marks their own reading."), several)
        for words, line in self.within.items():
            self.note(line, _("“%(words)s” links to a place in the file. It isn’t shown."), words=words)
        for line in self.cleaned.unspaced:
            words = self.lines[line - 1].strip()
            self.note(line, _("“%(words)s” is read as a heading, although a space after “#” is missing."), words=words)

    def note_unclear(self, line: int, title: str, text: str) -> None:
        """Note a text that may hold a private comment, which is shown whole."""
        if "%%" in text and as_sent(text).refusal:
            reason = _(
                "it isn’t clear where a private comment begins or ends in the text of “%(title)s”, so readers will see "
                "it. To hide it, put %(signs)s on lines of their own before and after it."
            )
            self.note(line, reason, title=title, signs="%%")

    def _note_once(self, lines: list[int], single: str, several: str, **values) -> None:
        if lines:
            self.note(lines[0], several if len(lines) > 1 else single, number=len(lines), **values)

    def note_labels(self) -> None:
        single = _("the text “%(label)s” of this link isn’t shown.")
        several = _("the text “%(label)s” of %(number)s links isn’t shown. This is the first.")
        for label, lines in self.labels_left_out.items():
            self._note_once(lines, single, several, label=label)

    def note_nothing(self, blocks: list[Node]) -> None:
        """Note why the file has no entry, and the lines that look most like one."""
        for block in blocks:
            if block.type in LISTS and links_in(block):
                for item in (part for part in block.walk() if part.type == "list_item"):
                    reason = no_link(item) or Message(_("this item has no link."))
                    self.notes.append(Problem(item.map[0] + 1, reason))
        if self.cleaned.relative:
            self.note(1, _("all links in this file are relative. Give the base address that they belong to."))
        told = {note.line for note in self.notes}
        found = [(number, line.strip()) for number, line in enumerate(self.lines, start=1) if _LIKE_ENTRY.search(line)]
        for number, line in [each for each in found if each[0] not in told][:_NEAREST]:
            self.note(number, _("“%(text)s” looks most like an entry, but has no web link."), text=line[:100])

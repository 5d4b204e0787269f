"""What becomes of one row of a list, in words."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.html import format_html

from catalog.markdown.excerpt import excerpt
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from readlist_site.base.text import Diff, diff, render


@dataclass(frozen=True)
class FieldChange:
    """One field before and after."""

    name: str
    before: str
    after: str
    is_markdown: bool = False

    @property
    def has_word_diff(self) -> bool:
        """Whether single words of it may change: not those of an address, a place or a choice."""
        return self.is_markdown or self.name == "Title"

    @cached_property
    def word_diff(self) -> Diff | None:
        """What is new and what is gone, word by word; None where nothing is, or one of them is empty."""
        if not (self.has_word_diff and self.before and self.after):
            return None
        said = diff(self.before_html, self.after_html)
        return None if said.unchanged else said

    @property
    def before_html(self) -> str:
        """The value before as it is shown."""
        return self._shown(self.before)

    @property
    def after_html(self) -> str:
        """The value after as it is shown."""
        return self._shown(self.after)

    def _shown(self, value: str) -> str:
        return render(value).html if self.is_markdown else format_html("<p>{}</p>", value)


@dataclass(frozen=True)
class PreviewLine:
    """What becomes of one row. `place` says where it stands, or stood; `usage` what people have on it."""

    row: Section | Entry
    title: str
    place: str
    differences: list[FieldChange] = field(default_factory=list)
    note: str = ""
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def kind(self) -> str:
        """What it is: "entry", "topic", "shelf"."""
        return "entry" if isinstance(self.row, Entry) else self.row.get_kind_display()

    @property
    def link(self) -> str:
        """Where an entry leads to from now on."""
        return self.row.url if isinstance(self.row, Entry) else ""

    @property
    def excerpt(self) -> str:
        """The first words of its text."""
        return excerpt(self.row.why if isinstance(self.row, Entry) else self.row.body)


@dataclass(frozen=True)
class PreviewSection:
    """All that happens in one way: what is added, what is moved."""

    key: str
    name: str
    about: str
    lines: list[PreviewLine]

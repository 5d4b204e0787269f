"""The lines of an import preview."""

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
    """The value of one field before and after the import, as text."""

    name: str
    before: str
    after: str
    is_markdown: bool = False

    @property
    def has_word_diff(self) -> bool:
        """Whether the field is shown as a word diff: Markdown and titles are; links, places and choices aren't."""
        return self.is_markdown or self.name == "Title"

    @cached_property
    def word_diff(self) -> Diff | None:
        """The word diff of both values, or None if there is no visible change or one value is empty."""
        if not (self.has_word_diff and self.before and self.after):
            return None
        said = diff(self.before_html, self.after_html)
        return None if said.unchanged else said

    @property
    def before_html(self) -> str:
        """The value before the import, as HTML."""
        return self._shown(self.before)

    @property
    def after_html(self) -> str:
        """The value after the import, as HTML."""
        return self._shown(self.after)

    def _shown(self, value: str) -> str:
        return render(value).html if self.is_markdown else format_html("<p>{}</p>", value)


@dataclass(frozen=True)
class PreviewLine:
    """The change of one row. `place` is the path of its heading: after the import for a new or restored row, before it
    for any other."""

    row: Section | Entry
    title: str
    place: str
    differences: list[FieldChange] = field(default_factory=list)
    note: str = ""
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def kind(self) -> str:
        """The kind of row: "entry", "topic", "shelf"."""
        return "entry" if isinstance(self.row, Entry) else self.row.get_kind_display()

    @property
    def link(self) -> str:
        """The link of an entry after the import; "" for a heading."""
        return self.row.url if isinstance(self.row, Entry) else ""

    @property
    def excerpt(self) -> str:
        """The first words of its reason or body."""
        return excerpt(self.row.why if isinstance(self.row, Entry) else self.row.body)


@dataclass(frozen=True)
class PreviewSection:
    """The lines of one kind of change, such as added or moved."""

    key: str
    name: str
    about: str
    lines: list[PreviewLine]

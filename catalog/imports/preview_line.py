"""The lines of an import preview."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.markdown.excerpt import excerpt
from catalog.outline.entry import Entry
from catalog.outline.field_text import FieldValue, field_label, field_value
from catalog.outline.section import Section
from readlist_site.base.text import Diff, diff, render


@dataclass(frozen=True)
class FieldChange:
    """The value of one field before and after the import. `name` and the values are those of `field_text`."""

    name: str
    before: FieldValue
    after: FieldValue
    is_markdown: bool = False

    @property
    def label(self) -> str:
        return field_label(self.name)

    @property
    def before_text(self) -> str:
        """The value before the import, as text."""
        return field_value(self.name, self.before)

    @property
    def after_text(self) -> str:
        """The value after the import, as text."""
        return field_value(self.name, self.after)

    @property
    def has_word_diff(self) -> bool:
        """Whether the field is shown as a word diff: Markdown and titles are; links, places and choices aren't."""
        return self.is_markdown or self.name == "title"

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
        return self._shown(self.before_text)

    @property
    def after_html(self) -> str:
        """The value after the import, as HTML."""
        return self._shown(self.after_text)

    def _shown(self, value: str) -> str:
        return render(value, line_breaks=False).html if self.is_markdown else format_html("<p>{}</p>", value)


@dataclass(frozen=True)
class PreviewLine:
    """The change of one row. `place` is the path of its heading ("" at the top level): after the import for a new or
    restored row, before it for any other. `note` is a key of NOTES, or ""; `listed_in` are the list and topic of each
    other entry of a new entry's source."""

    row: Section | Entry
    title: str
    place: str
    differences: list[FieldChange] = field(default_factory=list)
    note: str = ""
    listed_in: list[str] = field(default_factory=list)
    usage: Counter[str] = field(default_factory=Counter)

    @property
    def kind(self) -> str:
        """The kind of row: "entry", "topic", "shelf"."""
        return kind_label(self.kind_key)

    @property
    def kind_key(self) -> str:
        """ "entry", or a key of Section.Kind."""
        return "entry" if isinstance(self.row, Entry) else self.row.kind

    @property
    def note_text(self) -> str:
        return str(NOTES.get(self.note, self.note))

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
    """The lines of one kind of change; `key` is one of PARTS."""

    key: str
    lines: list[PreviewLine]

    @property
    def name(self) -> str:
        return str(PARTS[self.key][0])

    @property
    def about(self) -> str:
        """What the change means for these rows, or ""."""
        return str(PARTS[self.key][1])


_STAYS = gettext_lazy("Readings, notes and summaries stay.")

# The name of each kind of change, and what it means.
PARTS = {
    "added": (gettext_lazy("New"), ""),
    "restored": (
        gettext_lazy("Restored"),
        gettext_lazy("These were retired. Readers see them again, with their readings, notes and summaries."),
    ),
    "changed": (gettext_lazy("Changed"), _STAYS),
    "moved": (gettext_lazy("Moved"), _STAYS),
    "relinked": (gettext_lazy("New link"), ""),
    "retired": (
        gettext_lazy("Retired"),
        gettext_lazy("Readers no longer see these. Nothing is deleted, and you can restore them."),
    ),
    "kept": (
        gettext_lazy("Kept"),
        gettext_lazy("Curators changed these here, and the file hasn’t changed them since, so they stay as they are."),
    ),
}

NOTES = {
    "retired": gettext_lazy("It is retired and stays retired."),
    "retired_by_curator": gettext_lazy("A curator retired it, so it stays retired."),
    "source_moves": gettext_lazy("The source gets this link. Readings and notes on it stay."),
    "same_source": gettext_lazy("The same source at another address."),
    "source_copied": gettext_lazy(
        "A new source, because other lists still use the old one. Each reader’s reading state is copied to it."
    ),
    "other_source": gettext_lazy("Another source. Readings and notes stay with the old source."),
}


def kind_label(kind: str) -> str:
    """The kind of a row: "entry", "topic", "shelf"."""
    return _("entry") if kind == "entry" else str(dict(Section.Kind.choices).get(kind, kind))

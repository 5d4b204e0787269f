"""A preview as JSON: a job plans a file once, and pages show what it found, part by part."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from catalog.markdown.excerpt import excerpt
from catalog.markdown.nodes import Problem
from catalog.outline.entry import Entry

from .preview import Preview, warning_text
from .preview_line import NOTES, FieldChange, PreviewLine, PreviewSection, kind_label
from .preview_tree import TreeLine


def preview_to_json(preview: Preview) -> dict:
    """Returns all that a page shows of the preview."""
    return {
        "seen": preview.seen,
        "is_empty": preview.is_empty,
        "unchanged": preview.unchanged,
        "warning": preview.warning_facts,
        "adds_standard_prompts": preview.adds_standard_prompts,
        "notes": [note.to_json() for note in preview.notes],
        "list_changes": [asdict(change) for change in preview.list_changes],
        "tree": [line.to_json() for line in preview.tree],
        "parts": [{"key": part.key, "lines": [_line(line) for line in part.lines]} for part in preview.parts],
    }


def _line(line: PreviewLine) -> dict:
    return {
        "kind": line.kind_key,
        "title": line.title,
        "place": line.place,
        "link": line.link,
        "text": line.row.why if isinstance(line.row, Entry) else line.row.body,
        "differences": [asdict(difference) for difference in line.differences],
        "note": line.note,
        "listed_in": line.listed_in,
        "usage": line.usage,
    }


@dataclass(frozen=True)
class StoredLine:
    """A PreviewLine, without its row."""

    kind_key: str
    title: str
    place: str
    link: str
    text: str
    differences: list[FieldChange]
    note: str
    listed_in: list[str]
    usage: Mapping[str, int]

    @property
    def kind(self) -> str:
        return kind_label(self.kind_key)

    @property
    def note_text(self) -> str:
        return str(NOTES.get(self.note, self.note))

    @property
    def excerpt(self) -> str:
        """The first words of its reason or body."""
        return excerpt(self.text)


class StoredPreview:
    """What a page shows of a Preview, read from JSON: its attributes have the same names. JSON of an earlier version
    has sentences in place of keys, which are shown as they are."""

    def __init__(self, stored: dict) -> None:
        self.seen: int = stored["seen"]
        self.is_empty: bool = stored["is_empty"]
        self.unchanged: int = stored["unchanged"]
        warning = stored["warning"]
        self.warning: str = warning_text(**warning) if isinstance(warning, dict) else warning or ""
        self.adds_standard_prompts: bool = stored.get("adds_standard_prompts", False)
        self.notes = [Problem.from_json(note) for note in stored["notes"]]
        self.list_changes = [FieldChange(**change) for change in stored["list_changes"]]
        self.tree = [TreeLine.from_json(line) for line in stored.get("tree", ())]
        self.parts = [
            PreviewSection(part["key"], [_read_line(line) for line in part["lines"]]) for part in stored["parts"]
        ]

    def lines(self, key: str) -> list[StoredLine]:
        """The lines of the part with this key; empty if there is no such part."""
        return next((part.lines for part in self.parts if part.key == key), [])


def _read_line(line: dict) -> StoredLine:
    differences = [FieldChange(**each) for each in line["differences"]]
    known = {name: line[name] for name in ("title", "place", "link", "text", "note", "usage")}
    return StoredLine(line["kind"], differences=differences, listed_in=line.get("listed_in", []), **known)

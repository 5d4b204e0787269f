"""A preview as JSON: a job plans a file once, and pages show what it found, part by part."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from catalog.markdown.excerpt import excerpt
from catalog.outline.entry import Entry

from .preview import Preview
from .preview_line import FieldChange, PreviewLine, PreviewSection


def preview_to_json(preview: Preview) -> dict:
    """Returns all that a page shows of the preview."""
    return {
        "seen": preview.seen,
        "is_empty": preview.is_empty,
        "unchanged": preview.unchanged,
        "warning": preview.warning,
        "notes": preview.notes,
        "list_changes": [asdict(change) for change in preview.list_changes],
        "parts": [
            {"key": part.key, "name": part.name, "about": part.about, "lines": [_line(line) for line in part.lines]}
            for part in preview.parts
        ],
    }


def _line(line: PreviewLine) -> dict:
    return {
        "kind": str(line.kind),
        "title": line.title,
        "place": line.place,
        "link": line.link,
        "text": line.row.why if isinstance(line.row, Entry) else line.row.body,
        "differences": [asdict(difference) for difference in line.differences],
        "note": line.note,
        "usage": line.usage,
    }


@dataclass(frozen=True)
class StoredLine:
    """A PreviewLine, without its row."""

    kind: str
    title: str
    place: str
    link: str
    text: str
    differences: list[FieldChange]
    note: str
    usage: Mapping[str, int]

    @property
    def excerpt(self) -> str:
        """The first words of its reason or body."""
        return excerpt(self.text)


class StoredPreview:
    """What a page shows of a Preview, read from JSON: its attributes have the same names."""

    def __init__(self, stored: dict) -> None:
        self.seen: int = stored["seen"]
        self.is_empty: bool = stored["is_empty"]
        self.unchanged: int = stored["unchanged"]
        self.warning: str = stored["warning"]
        self.notes: list[str] = stored["notes"]
        self.list_changes = [FieldChange(**change) for change in stored["list_changes"]]
        self.parts = [
            PreviewSection(**part | {"lines": [_read_line(line) for line in part["lines"]]}) for part in stored["parts"]
        ]

    def lines(self, key: str) -> list[StoredLine]:
        """The lines of the part with this key; empty if there is no such part."""
        return next((part.lines for part in self.parts if part.key == key), [])


def _read_line(line: dict) -> StoredLine:
    return StoredLine(**line | {"differences": [FieldChange(**each) for each in line["differences"]]})

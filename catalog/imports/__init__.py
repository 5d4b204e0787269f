"""Imports a list file: adds, changes, retires and restores rows, and keeps what curators changed since."""

from .cli_report import preview_lines
from .facts import FactsError, read_facts
from .importer import ImportResult, import_list, note_text, preview_list
from .preview import Preview

__all__ = [
    "FactsError",
    "ImportResult",
    "Preview",
    "import_list",
    "note_text",
    "preview_lines",
    "preview_list",
    "read_facts",
]

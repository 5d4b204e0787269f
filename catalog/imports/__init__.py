"""Puts what a file says into the database: adds, changes, retires and brings back, and keeps what curators changed."""

from .cli_report import preview_lines
from .facts import FactsError, read_facts
from .importer import ImportResult, import_list, preview_list
from .preview import Preview

__all__ = ["FactsError", "ImportResult", "Preview", "import_list", "preview_lines", "preview_list", "read_facts"]

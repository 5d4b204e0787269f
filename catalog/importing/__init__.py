"""Puts what a file says into the database: adds, changes, retires and brings back, and keeps what curators changed."""

from .facts import FactsError, read_facts
from .importer import Outcome, import_list, preview_list
from .preview import Preview
from .telling import tell

__all__ = ["FactsError", "Outcome", "Preview", "import_list", "preview_list", "read_facts", "tell"]

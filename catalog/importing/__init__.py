"""Puts what a file says into the database: adds, changes, retires and brings back, and keeps what curators changed."""

from .facts import FactsError, apply_facts, read_facts
from .importer import Outcome, import_list

__all__ = ["FactsError", "Outcome", "apply_facts", "import_list", "read_facts"]

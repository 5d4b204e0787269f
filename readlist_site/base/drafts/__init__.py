"""Drafts: autosaved text with conflict detection, for everything that people write at length."""

from .conflict import Conflict, concat
from .draft import AbstractDraft, DraftQuerySet, StaleDraft

__all__ = ["AbstractDraft", "Conflict", "DraftQuerySet", "StaleDraft", "concat"]

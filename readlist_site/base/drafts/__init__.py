"""Drafts: autosaved text with conflict detection, for everything that people write at length."""

from .conflict_diff import Conflict, concat
from .draft import MAX_ALTERNATIVES, AbstractDraft, DraftQuerySet, StaleDraft, refuse_too_much

__all__ = [
    "MAX_ALTERNATIVES",
    "AbstractDraft",
    "Conflict",
    "DraftQuerySet",
    "StaleDraft",
    "concat",
    "refuse_too_much",
]

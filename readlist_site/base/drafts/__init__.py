"""Writing that is never lost: one mechanism for everything that somebody types at length."""

from .conflict import Conflict, concat
from .draft import AbstractDraft, DraftQuerySet, StaleDraft

__all__ = ["AbstractDraft", "Conflict", "DraftQuerySet", "StaleDraft", "concat"]

"""Writing that is never lost: one mechanism for everything that somebody types at length."""

from .conflict import Conflict, together
from .draft import AbstractDraft, DraftQuerySet, Overtaken

__all__ = ["AbstractDraft", "Conflict", "DraftQuerySet", "Overtaken", "together"]

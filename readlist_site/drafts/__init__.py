"""Writing that is never lost: one mechanism for everything that somebody types at length."""

from .draft import AbstractDraft, DraftQuerySet, Overtaken

__all__ = ["AbstractDraft", "DraftQuerySet", "Overtaken"]

"""The models of this app."""

from .counter import Counter

__all__ = ["Counter"]

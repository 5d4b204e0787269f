"""The models of this app."""

from .announcement import Announcement

__all__ = ["Announcement"]

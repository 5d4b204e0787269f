"""Imports the models for Django's registry; each is defined in a module of its own."""

from .email_preference import EmailPreference
from .notification import Notification

__all__ = ["EmailPreference", "Notification"]

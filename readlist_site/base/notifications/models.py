"""Names the models for Django's registry; each stands in the module of its concept."""

from .email_preference import EmailPreference
from .notification import Notification

__all__ = ["EmailPreference", "Notification"]

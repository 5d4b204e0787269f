"""Imports the model for Django's registry."""

from .sent_form import SentForm

__all__ = ["SentForm"]

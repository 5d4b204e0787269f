"""Imports the modules with models, so that Django registers them."""

from . import email_preference, notification

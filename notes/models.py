"""Imports the models for Django's registry; each is defined in a module of its own."""

from notes.draft import Draft
from notes.reading import Reading
from notes.revision import Answer, BasedOn, Revision
from notes.summary import Summary

__all__ = ["Answer", "BasedOn", "Draft", "Reading", "Revision", "Summary"]

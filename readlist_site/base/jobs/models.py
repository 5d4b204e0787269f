"""Imports the model for Django's registry."""

from .job import Job

__all__ = ["Job"]

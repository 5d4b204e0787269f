"""Imports the modules with models, so that Django registers them."""

from notes import draft, reading, reading_pass, revision, revision_image, summary

"""Reads and writes reading lists as Markdown files, without a database."""

"""A study group of five in mid-work, so that a newcomer sees the product alive.

What they read and wrote stands in plain modules, as the `shapes` say; `make` turns it into rows by the rooms' own
verbs. Topics are named by their titles in the shipped list, sources by their addresses there."""

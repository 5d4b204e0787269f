"""Formats a preview as lines of text for the command line."""

from collections.abc import Iterator

from catalog.outline.usage_text import usage_list

from .preview import Preview
from .preview_line import FieldChange, PreviewLine, PreviewSection


def preview_lines(preview: Preview) -> Iterator[str]:
    """The lines of a preview: a warning, the rows by kind of change, changes of the list itself, notes and counts."""
    if warning := preview.warning:
        yield f"{warning} Is this the right list?"
    for part in preview.parts:
        yield from _part(part)
    if preview.list_changes:
        yield "The list as a whole"
        for difference in preview.list_changes:
            yield from _difference(difference)
    if preview.notes:
        yield "In the file"
        yield from (f"  {note}" for note in preview.notes)
    yield f"{preview.counts[:1].upper()}{preview.counts[1:]}; {preview.unchanged:,} unchanged."


def _part(part: PreviewSection) -> Iterator[str]:
    yield f"{part.name} ({len(part.lines):,})"
    for line in part.lines:
        yield f"  {line.kind} “{line.title}” in {line.place}"
        if part.key == "added" and line.link:
            yield f"      {line.link}"
        yield from _line(line)


def _line(line: PreviewLine) -> Iterator[str]:
    for difference in line.differences:
        yield from _difference(difference)
    if line.usage:
        yield f"      Kept with it: {', '.join(usage_list(line.usage))}."
    if line.note:
        yield f"      {line.note}"


def _difference(difference: FieldChange) -> Iterator[str]:
    yield f"      {difference.name}: {_flat(difference.before)} → {_flat(difference.after)}"


def _flat(text: str) -> str:
    return " ".join(text.split()) or "nothing"

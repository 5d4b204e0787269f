"""Formats a preview as lines of text for the command line."""

from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.outline.usage_text import usage_phrase

from .preview import Preview
from .preview_line import FieldChange, PreviewLine, PreviewSection


def preview_lines(preview: Preview) -> Iterator[str]:
    """The lines of a preview: a warning, the rows by kind of change, changes of the list itself, notes and counts."""
    if warning := preview.warning:
        yield warning
    for part in preview.parts:
        yield from _part(part)
    if preview.list_changes:
        yield _("The whole list")
        for difference in preview.list_changes:
            yield from _difference(difference)
    if preview.notes:
        yield _("Not imported")
        yield from (f"  {note}" for note in preview.notes)
    if preview.adds_standard_prompts:
        yield _("The file has no prompts. The list will have the three standard prompts. Curators can change them.")
    yield f"{capfirst(preview.counts)}."
    unchanged = ngettext(
        "%(number)s heading or entry unchanged.", "%(number)s headings and entries unchanged.", preview.unchanged
    )
    yield unchanged % {"number": f"{preview.unchanged:,}"}


def _part(part: PreviewSection) -> Iterator[str]:
    yield f"{part.name} ({len(part.lines):,})"
    for line in part.lines:
        facts = {"kind": line.kind, "title": line.title, "place": line.place}
        yield "  " + (_("%(kind)s “%(title)s” in %(place)s") if line.place else _("%(kind)s “%(title)s”")) % facts
        if part.key == "added" and line.link:
            yield f"      {line.link}"
        yield from _line(line)


def _line(line: PreviewLine) -> Iterator[str]:
    for difference in line.differences:
        yield from _difference(difference)
    if line.usage:
        yield "      " + _("Kept: %(usage)s.") % {"usage": usage_phrase(line.usage)}
    if line.listed_in:
        listed = _("This source is already listed in %(places)s.") % {"places": "; ".join(line.listed_in)}
        yield f"      {listed}"
    if line.note:
        yield f"      {line.note_text}"


def _difference(difference: FieldChange) -> Iterator[str]:
    yield f"      {difference.label}: {_flat(difference.before_text)} → {_flat(difference.after_text)}"


def _flat(text: str) -> str:
    return " ".join(text.split()) or "—"

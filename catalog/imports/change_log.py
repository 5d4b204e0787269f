"""Records an import in the change log: one line for the file, and one for each changed row."""

from collections.abc import Iterator

from catalog.outline.change import Change

from .preview import Preview
from .preview_line import FieldChange, PreviewLine

# The maximum of rows recorded for one import, to keep the log readable. Retired rows come first, added ones last.
_NAMED = 200


def record_import(preview: Preview, *, by, name: str) -> None:
    """Write the change-log lines of an import. Call it in the import's transaction. For a list that was empty, only the
    line of the file is written."""
    lines = [("imported", {"name": name, **preview.count_facts})]
    if not preview.is_first:
        rows = list(_rows(preview))
        lines += rows[:_NAMED]
        if len(rows) > _NAMED:
            lines.append(("import_more", {"number": len(rows) - _NAMED}))
    # The log shows the latest line first, so the line of the file is written last.
    Change.objects.record_all(reversed(lines), by=by, list=preview.list)


def _rows(preview: Preview) -> Iterator[tuple[str, dict]]:
    for line in preview.lines("retired"):
        yield "retired", {"row": line.title, "place": line.place, "usage": line.usage}
    yield from map(_changed, preview.lines("changed"))
    for line in preview.lines("moved"):
        [place] = line.differences
        yield "import_moved", {"row": line.title, "before": place.before, "after": place.after}
    yield from map(_changed, preview.lines("relinked"))
    for line in preview.lines("restored"):
        yield "restored", {"row": line.title, "place": line.place}
    for line in preview.lines("added"):
        yield "added", {"row": line.title, "place": line.place}
    for difference in preview.list_changes:
        yield "import_of_list", _values(difference)


def _changed(line: PreviewLine) -> tuple[str, dict]:
    return "import_changed", {"row": line.title, "fields": [_values(each) for each in line.differences]}


def _values(difference: FieldChange) -> dict[str, str]:
    return {"label": difference.name, "before": difference.before, "after": difference.after}

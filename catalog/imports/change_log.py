"""What an import leaves in the change log: one line for the file, and one for each row that it changed."""

from collections.abc import Iterator

from catalog.outline.change import Change

from .preview import Preview
from .preview_line import FieldChange, PreviewLine

# A history is for people: of one import it names these many rows, what goes first, what is new last.
_NAMED = 200


def record_import(preview: Preview, *, by, name: str) -> None:
    """Call it in the transaction of the import. A list that was empty gets the line of the file alone."""
    lines = [("imported", {"name": name, **preview.count_facts})]
    if not preview.is_first:
        rows = list(_rows(preview))
        lines += rows[:_NAMED]
        if len(rows) > _NAMED:
            lines.append(("import_more", {"number": len(rows) - _NAMED}))
    # The history shows the latest first: so it is read from the file's line down.
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

"""What an import leaves in the history: one line for the file, and one for each row that it changed."""

from collections.abc import Iterator

from django.utils.text import Truncator

from catalog.models import Change
from catalog.templatetags.usage import usage_list

from .line import Difference, Line
from .preview import Preview

# A history is for people: of one import it names these many rows, what goes first, what is new last.
_NAMED = 200
_ORDER = ("retired", "changed", "moved", "relinked", "restored", "added")
_ROOM = 160


def write_history(preview: Preview, *, by, name: str) -> None:
    """Call it in the transaction of the import. A list that was empty gets the line of the file alone."""
    whats = [f"Imported {f'“{name}”' if name else 'a file'}: {preview.counts}."]
    if not preview.is_first:
        rows = list(_rows(preview))
        whats += rows[:_NAMED]
        if len(rows) > _NAMED:
            whats.append(f"And {len(rows) - _NAMED:,} more by this file.")
    # The history shows the latest first: so it is read from the file's line down.
    Change.objects.note_all(reversed(whats), by=by, list=preview.list)


def _rows(preview: Preview) -> Iterator[str]:
    for key in _ORDER:
        for line in preview.lines(key):
            yield _SAYS[key](line)
    for difference in preview.of_list:
        yield f"{difference.name}: {_values(difference)}"


def _retired(line: Line) -> str:
    rests = f" ({', '.join(usage_list(line.usage))} kept)" if line.usage else ""
    return f"Retired “{line.title}” from {line.place}{rests}"


def _changed(line: Line) -> str:
    first, *more = line.differences
    said = [f"{first.name} of “{line.title}”: {_values(first)}"]
    return "; ".join(said + [f"{each.name[:1].lower()}{each.name[1:]}: {_values(each)}" for each in more])


def _moved(line: Line) -> str:
    [place] = line.differences
    return f"Moved “{line.title}” from {place.before} to {place.after}"


def _values(difference: Difference) -> str:
    return f"{_value(difference.before)} → {_value(difference.after)}"


def _value(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{Truncator(flat).chars(_ROOM)}”" if flat else "nothing"


_SAYS = {
    "retired": _retired,
    "changed": _changed,
    "moved": _moved,
    "relinked": _changed,
    "restored": lambda line: f"Brought “{line.title}” back in {line.place}",
    "added": lambda line: f"Added “{line.title}” to {line.place}",
}

"""The shapes of a shelf's spines: `{{ shelf|spine_shapes }}` in `notes/source_marks.html`.

A list draws each of its sources, and a template that goes over them takes most of the time of its page. They hold
numbers and reading states only, no words."""

from django import template
from django.utils.safestring import SafeString

from notes.reading import Reading
from notes.source_marks import FOOT, WIDTH, Shelf, Spine

register = template.Library()

_FILLED = {Reading.State.READ: ' class="read"', Reading.State.READING: ' class="reading"'}


@register.filter
def spine_shapes(shelf: Shelf) -> SafeString:
    """A rectangle for each spine, and on it what shows that it is being read, skipped or wanted."""
    return SafeString("".join(map(_shapes, shelf)))


def _shapes(spine: Spine) -> str:
    x, top, state = spine.x, spine.top, spine.state
    spine_itself = f'<rect{_FILLED.get(state, "")} x="{x}" y="{top}" width="{WIDTH}" height="{spine.height}" rx="1"/>'
    match state:
        case Reading.State.READING:
            mark = f'<rect class="half" x="{x}" y="{spine.half_top}" width="{WIDTH}" height="{spine.half}"/>'
        case Reading.State.SKIPPED:
            mark = f'<line class="strike" x1="{x}" y1="{FOOT}" x2="{spine.right}" y2="{top}"/>'
        case Reading.State.WANT:
            mark = f'<path class="ribbon" d="M{spine.middle} {top}v6"/>'
        case _:
            mark = ""
    return spine_itself + mark

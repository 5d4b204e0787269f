"""A shelf as a drawing: `{% source_marks shelf %}`, or with `quiet=True` where the words beside it say the same.

A list draws each of its sources, and a template that goes over them takes most of the time of its page. They hold
numbers and reading states only, no words."""

from django import template
from django.utils.safestring import SafeString

from notes.reading import Reading
from notes.source_marks import FOOT, WIDTH, Shelf, Spine
from readlist_site.base.web.template_pattern import fill, mark

from .progress_text import shelf_text

register = template.Library()

TEMPLATE = "notes/source_marks.html"

_FILLED = {Reading.State.READ: ' class="read"', Reading.State.READING: ' class="reading"'}


@register.simple_tag
def source_marks(shelf: Shelf, *, quiet: bool = False) -> SafeString:
    """Return `notes/source_marks.html` for a shelf: a rectangle for each spine, and on it what shows that it is being
    read, skipped or wanted."""
    shapes = SafeString("".join(map(_shapes, shelf)))
    values = {"width": shelf.width, "label": "" if quiet else shelf_text(shelf), "shapes": shapes}
    marks = {"width": mark("width"), "label": "" if quiet else mark("label"), "shapes": mark("shapes")}
    return fill(TEMPLATE, (shelf.is_dense, quiet), lambda: marks | {"is_dense": shelf.is_dense}, values)


def _shapes(spine: Spine) -> str:
    x, top, state = spine.x, spine.top, spine.state
    spine_itself = f'<rect{_FILLED.get(state, "")} x="{x}" y="{top}" width="{WIDTH}" height="{spine.height}" rx="1"/>'
    match state:
        case Reading.State.READING:
            over = f'<rect class="half" x="{x}" y="{spine.half_top}" width="{WIDTH}" height="{spine.half}"/>'
        case Reading.State.SKIPPED:
            over = f'<line class="strike" x1="{x}" y1="{FOOT}" x2="{spine.right}" y2="{top}"/>'
        case Reading.State.WANT:
            over = f'<path class="ribbon" d="M{spine.middle} {top}v6"/>'
        case _:
            over = ""
    return spine_itself + over

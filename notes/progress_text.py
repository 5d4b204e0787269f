"""Steps and shelves in words, for text alternatives and narrow rows: attributes, where a template can't break lines."""

from collections import Counter

from django import template
from django.utils.safestring import SafeString

from notes.progress import Steps, StepState
from notes.reading import Reading
from notes.source_marks import Shelf
from readlist_site.base.web.template_pattern import fill, mark

register = template.Library()

GLYPH = "notes/steps_glyph.html"

_STEPS = {
    "core": {StepState.NOW: "core read begun", StepState.DONE: "core read"},
    "cross_checked": {StepState.NOW: "cross-check begun", StepState.DONE: "cross-checked"},
    "summarised": {StepState.NOW: "summary begun", StepState.DONE: "summarised"},
    "reviewed": {StepState.NOW: "in review", StepState.DONE: "reviewed"},
}
_SHORT = {
    "core": {StepState.NOW: "Reading", StepState.DONE: "Cross-check next"},
    "cross_checked": {StepState.NOW: "Cross-checking", StepState.DONE: "Summary next"},
    "summarised": {StepState.NOW: "Draft", StepState.DONE: "Summarised"},
    "reviewed": {StepState.NOW: "In review", StepState.DONE: "Reviewed"},
}
_STATES = {
    Reading.State.READ: "read",
    Reading.State.READING: "being read",
    Reading.State.SKIPPED: "skipped",
    Reading.State.WANT: "wanted",
}


@register.filter
def steps_text(steps: Steps) -> str:
    """All steps: "core read, cross-checked, summary begun"."""
    if steps.accepted:
        return "accepted"
    said = ["reading hidden"] if steps.hidden else []
    for name, state in steps.begun_steps:
        needless = name == "cross_checked" and not steps.needs_cross_check
        said.append("no cross-check needed" if needless else _STEPS[name][state])
    return ", ".join(said) or "not begun"


@register.filter
def steps_glyph(steps: Steps, name: str = "") -> SafeString:
    """The small path of a topic, `notes/steps_glyph.html`: `{{ steps|steps_glyph:name }}`. `name`: whose it is, for
    those who can't see it."""
    context = {"steps": steps, "name": mark("name") if name else ""}
    return fill(GLYPH, (steps, bool(name)), lambda: context, {"name": name})


@register.filter
def short_steps_text(steps: Steps) -> str:
    """The progress in one or two words; "" if nothing is begun."""
    if steps.accepted:
        return "Accepted"
    name, state = steps.latest or ("", "")
    return _SHORT[name][state] if name else ""


@register.filter
def shelf_text(shelf: Shelf) -> str:
    """How many sources there are and in which states: "8 sources: 6 read, 1 being read"."""
    states = Counter(spine.state for spine in shelf)
    if len(shelf) == 1:
        return f"1 source, {_STATES.get(shelf.spines[0].state, 'not read')}"
    said = [f"{states[state]} {label}" for state, label in _STATES.items() if states[state]]
    if shelf.read == len(shelf) > 1:
        said = ["both read" if len(shelf) == 2 else "all read"]
    return f"{len(shelf)} sources: {', '.join(said) or 'none read'}"

"""Steps and shelves in words, for text alternatives and narrow rows: attributes, where a template can't break lines."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from notes.reading import Reading
from notes.source_marks import Shelf
from notes.steps import Steps, StepState
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.template_pattern import fill, mark

register = template.Library()

GLYPH = "notes/steps_glyph.html"

_STEPS = {
    "core": {StepState.NOW: gettext_lazy("core read started"), StepState.DONE: gettext_lazy("core read")},
    "cross_checked": {
        StepState.NOW: gettext_lazy("cross-check started"),
        StepState.DONE: gettext_lazy("cross-checked"),
    },
    "summarised": {StepState.NOW: gettext_lazy("summary started"), StepState.DONE: gettext_lazy("summarised")},
    "reviewed": {StepState.NOW: gettext_lazy("in review"), StepState.DONE: gettext_lazy("reviewed")},
}
_SHORT = {
    "core": {StepState.NOW: pgettext_lazy("source", "Reading"), StepState.DONE: gettext_lazy("Cross-check next")},
    "cross_checked": {StepState.NOW: gettext_lazy("Cross-checking"), StepState.DONE: gettext_lazy("Summary next")},
    "summarised": {StepState.NOW: gettext_lazy("Draft"), StepState.DONE: gettext_lazy("Summarised")},
    "reviewed": {StepState.NOW: gettext_lazy("In review"), StepState.DONE: gettext_lazy("Reviewed")},
}


@register.filter
def steps_text(steps: Steps) -> str:
    """All steps: "core read, cross-checked, summary started"."""
    if steps.accepted:
        return _("accepted")
    parts = [_("reading hidden")] if steps.hidden else []
    for name, state in steps.begun_steps:
        needless = name == "cross_checked" and not steps.needs_cross_check
        parts.append(_("no cross-check needed") if needless else str(_STEPS[name][state]))
    return ", ".join(parts) or _("not started")


@register.filter
def steps_glyph(steps: Steps, name: str = "") -> SafeString:
    """The small path of a topic, `notes/steps_glyph.html`: `{{ steps|steps_glyph:name }}`. `name`: whose it is, for
    those who can't see it."""
    context = {"steps": steps, "name": mark("name") if name else ""}
    return fill(GLYPH, (steps, bool(name)), lambda: context, {"name": isolated(name)})


@register.filter
def short_steps_text(steps: Steps) -> str:
    """The progress in one or two words; "" if nothing is begun."""
    if steps.accepted:
        return _("Accepted")
    name, state = steps.latest or ("", "")
    return str(_SHORT[name][state]) if name else ""


@register.filter
def shelf_text(shelf: Shelf) -> str:
    """How many sources there are and in which states: "8 sources: 6 read, 1 being read"."""
    states = [spine.state for spine in shelf]
    return _shelf_text(get_language(), len(states), *map(states.count, _SHOWN_STATES))


@lru_cache(maxsize=4_096)
def _shelf_text(language: str | None, number: int, *counts: int) -> str:
    """Return the text in the active language, which is `language`: a list has many shelves alike."""
    states = [_states_text(state, count) for state, count in zip(_SHOWN_STATES, counts, strict=True) if count]
    count = ngettext("%(count)s source", "%(count)s sources", number) % {"count": number}
    nothing = pgettext("source", "not read") if number == 1 else _("none read")
    return _("%(sources)s: %(states)s") % {"sources": count, "states": ", ".join(states) or nothing}


_SHOWN_STATES = (Reading.State.READ, Reading.State.READING, Reading.State.SKIPPED, Reading.State.WANT)


def _states_text(state: str, count: int) -> str:
    """How many sources are in a reading state."""
    match state:
        case Reading.State.READ:
            text = ngettext("%(count)s read", "%(count)s read", count)
        case Reading.State.READING:
            text = ngettext("%(count)s being read", "%(count)s being read", count)
        case Reading.State.SKIPPED:
            text = ngettext("%(count)s skipped", "%(count)s skipped", count)
        case _:
            text = ngettext("%(count)s to read", "%(count)s to read", count)
    return text % {"count": count}

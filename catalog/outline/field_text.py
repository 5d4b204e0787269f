"""Labels and values of the fields of headings, entries and lists, as previews and the change log show them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.sources.source_role import Role

from .section import Section

# A field's value, or [number, path] for the place of a row among the rows under one heading.
FieldValue = str | int | bool | list

_LABELS = {
    "title": gettext_lazy("Title"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "own_role": gettext_lazy("Role"),
    "level": gettext_lazy("Level"),
    "body": gettext_lazy("Text"),
    "why": gettext_lazy("Reason"),
    "reread": gettext_lazy("Read again"),
    "url": gettext_lazy("Link"),
    "place": gettext_lazy("Place"),
    "preamble": gettext_lazy("Text before the first heading"),
    "steps": gettext_lazy("Steps"),
    "prompts": gettext_lazy("Prompts"),
}


def field_label(name: str) -> str:
    """The label of a field. What earlier versions stored in place of a name stays as it is."""
    return str(_LABELS.get(name, name))


def field_value(name: str, value: FieldValue | None) -> str:
    """The value as text for a curator."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "kind":
        return str(dict(Section.Kind.choices).get(value, value))
    if name in {"role", "own_role"}:
        return str(dict(Role.choices).get(value, value)) if value else _("as the heading above")
    if name == "place":
        return place_text(value)
    return "" if value is None else str(value)


def place_text(place: str | list | None) -> str:
    """A path of headings, or a place under one, as text; "" and None are the top level."""
    if isinstance(place, list):
        number, path = place
        facts = {"number": number, "heading": path}
        return (_("place %(number)s in %(heading)s") if path else _("place %(number)s at the top level")) % facts
    return place or _("the top level")

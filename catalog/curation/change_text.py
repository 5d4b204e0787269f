"""The sentences of the change log, one for each code."""

from collections.abc import Iterable, Mapping

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from catalog.curation.report import Report
from catalog.outline.change import Change
from catalog.outline.field_text import field_label, field_value, place_text
from catalog.outline.usage_text import usage_phrase
from readlist_site.base.languages.direction import isolated

register = template.Library()

_LONGEST = 1000
_VALUE = 160


@register.filter
def change_text(change: Change | None) -> str:
    """The sentence of a change, without a full stop; "" for None. A row without a code, written by an earlier version,
    contains its sentence."""
    if change is None:
        return ""
    if not change.code:
        return change.what
    facts = {name: isolated(value) if name in _TYPED else value for name, value in change.facts.items()}
    return Truncator(_SENTENCES[change.code](**facts)).chars(_LONGEST)


def value_text(value: str | int | bool | None) -> str:
    """A field's value as text: a string in quotation marks, truncated to 160 characters."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("nothing")
    if isinstance(value, int):
        return str(value)
    return _("“%(text)s”") % {"text": isolated(Truncator(" ".join(value.split())).chars(_VALUE))}


def import_counts(parts: Mapping[str, int], list_changes: Iterable[str], facts: int) -> str:
    """The counts of an import: "3 new, 1 changed, prompts updated". `list_changes` are names of `field_text`; `facts`
    is the number of sources whose facts changed."""
    phrases = [_PARTS[key] % {"number": f"{number:,}"} for key, number in parts.items()]
    # Earlier versions stored a label in place of the name.
    phrases += [str(_LIST_CHANGES.get(name.lower(), name)) for name in list_changes]
    if facts:
        phrases.append(ngettext("facts of %s source updated", "facts of %s sources updated", facts) % f"{facts:,}")
    return ", ".join(phrases) or _("nothing changed")


_PARTS = {
    "added": gettext_lazy("%(number)s new"),
    "restored": gettext_lazy("%(number)s restored"),
    "changed": gettext_lazy("%(number)s changed"),
    "moved": gettext_lazy("%(number)s moved"),
    "relinked": gettext_lazy("%(number)s with a new link"),
    "retired": gettext_lazy("%(number)s retired"),
}
_LIST_CHANGES = {
    "steps": gettext_lazy("steps updated"),
    "prompts": gettext_lazy("prompts updated"),
    "preamble": gettext_lazy("text before the first heading updated"),
}


def _place(place: Mapping[str, str] | str | None) -> str:
    """A heading's title, with its topic for a shelf. Imports record a path as a string instead."""
    if isinstance(place, str):
        return place
    if place is None:
        return pgettext("after “in”, “to” or “from”", "the top level")
    return (_("“%(heading)s” of “%(topic)s”") if place["topic"] else _("“%(heading)s”")) % place


def _field(model: str, name: str) -> Field | None:
    try:
        return apps.get_model("catalog", model)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return None


def _model(name: str) -> str:
    """The label of a model. Earlier versions stored the label in place of the model's name."""
    try:
        return str(apps.get_model("catalog", name)._meta.verbose_name)
    except LookupError:
        return name


def _field_change(model: str, change: Mapping) -> str:
    """One changed field: "Title: “A” → “B”". Earlier versions stored labels in place of names and of choices."""
    field, label = _field(model, change["label"]), str(_EXTRA_FIELDS.get(change["label"], change["label"]))
    choices = dict(field.flatchoices) if field else {}
    before, after = (
        value_text(str(choices[value]) if value and value in choices else value)
        for value in (change["before"], change["after"])
    )
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": capfirst(str(field.verbose_name) if field else label),
        "before": before,
        "after": after,
    }


# Fields of forms that aren't fields of their model.
_EXTRA_FIELDS = {"retired": gettext_lazy("retired")}


def _field_changes(model: str, changes: Iterable[Mapping]) -> list[str]:
    return [_field_change(model, change) for change in changes]


def _row(row: Mapping) -> str:
    """What became of a row that was edited on the page of another."""
    facts = {"model": _model(row["model"]), "row": row["row"]}
    match row["done"]:
        case "added":
            return _("added %(model)s “%(row)s”") % facts
        case "removed":
            return _("removed %(model)s “%(row)s”") % facts
    facts["changes"] = ", ".join(_field_changes(row["model"], row["fields"]))
    return _("changed %(model)s “%(row)s” (%(changes)s)") % facts


def _added(row, model="", place=None, fields=(), rows=()) -> str:
    facts = {"row": row, "model": _model(model), "place": _place(place)}
    if model:
        added = (_("Added %(model)s “%(row)s” to %(place)s") if place else _("Added %(model)s “%(row)s”")) % facts
    else:
        added = (_("Added “%(row)s” to %(place)s") if place else _("Added “%(row)s”")) % facts
    return "; ".join([added, *map(_row, rows)])


def _changed(row, model, fields, rows) -> str:
    changes = "; ".join([*_field_changes(model, fields), *map(_row, rows)])
    return _("Changed %(model)s “%(row)s”. %(changes)s") % {
        "model": _model(model),
        "row": row,
        "changes": capfirst(changes),
    }


def _labelled(row, kind=None, role=None) -> str:
    changes = []
    for name, values in (("kind", kind), ("role", role)):
        if values:
            before, after = (field_value(name, value) for value in values)
            facts = {"field": field_label(name), "before": before, "after": after}
            changes.append(_("%(field)s: %(before)s → %(after)s") % facts)
    return _("Changed “%(row)s”. %(changes)s") % {"row": row, "changes": "; ".join(changes)}


def _moved(row, to, to_place, from_place, **before) -> str:
    facts = {"row": row, "from_place": from_place, "to_place": to_place}
    facts |= {"from": _place(before["from"]), "to": _place(to)}
    if before["from"] == to:
        return _("Moved “%(row)s” from place %(from_place)s to place %(to_place)s in %(to)s") % facts
    return _("Moved “%(row)s” from %(from)s (place %(from_place)s) to %(to)s (place %(to_place)s)") % facts


def _retired(row, place="", usage=None) -> str:
    facts = {"row": row, "place": place, "usage": usage_phrase(usage or {})}
    retired = (_("Retired “%(row)s” from %(place)s") if place else _("Retired “%(row)s”")) % facts
    return _("%(change)s (kept: %(usage)s)") % {**facts, "change": retired} if facts["usage"] else retired


def _restored(row, place="") -> str:
    facts = {"row": row, "place": place}
    return (_("Restored “%(row)s” in %(place)s") if place else _("Restored “%(row)s”")) % facts


def _imported_changes(row, fields) -> str:
    return _("Changed “%(row)s”. %(changes)s") % {"row": row, "changes": "; ".join(map(_imported_field, fields))}


def _imported_field(change: Mapping) -> str:
    name = change["label"]
    before, after = (
        value_text(field_value(name, value)) if value not in ("", None) else _("nothing")
        for value in (change["before"], change["after"])
    )
    return _("%(field)s: %(before)s → %(after)s") % {"field": field_label(name), "before": before, "after": after}


def _took_fact(gone, kept, label, before, after) -> str:
    field = _field("source", label)
    facts = {"gone": gone, "kept": kept, "before": before or "—", "after": after or "—"}
    facts["field"] = capfirst(str(field.verbose_name)) if field else label
    return _("%(field)s of “%(kept)s” taken from “%(gone)s”: %(before)s → %(after)s") % facts


def _link_changed(source, before, after, reason="") -> str:
    facts = {"source": source, "before": before, "after": after}
    return _("Changed the link of “%(source)s”: %(before)s → %(after)s") % facts


def _report_decided(source, state, kind, reason) -> str:
    facts = {"source": source, "kind": dict(Report.Kind.choices).get(kind, kind), "reason": reason}
    if state == Report.State.ACCEPTED:
        decided = _("Resolved a report on “%(source)s” (%(kind)s)") % facts
    else:
        decided = _("Declined a report on “%(source)s” (%(kind)s)") % facts
    return f"{decided}: {reason}" if reason else decided


def _imported(name="", **counts) -> str:
    facts = {"name": name, "counts": import_counts(**counts)}
    return (_("Imported “%(name)s”: %(counts)s") if name else _("Imported a file: %(counts)s")) % facts


def _sentence(text: str):
    """A sentence whose placeholders are the facts."""
    return lambda **facts: str(text) % facts


# The facts that people typed.
_TYPED = {"row", "title", "source", "list", "gone", "kept", "section", "why", "reason", "topic", "name"}
_SENTENCES = {
    "added": _added,
    "changed": _changed,
    "deleted": lambda model, row: _("Deleted %(model)s “%(row)s”") % {"model": _model(model), "row": row},
    "labelled": _labelled,
    "moved": _moved,
    "retired": _retired,
    "restored": _restored,
    "retired_second": lambda row, section, why: (
        _("Retired “%(row)s” in “%(section)s”, where both sources were listed. Its reason: %(why)s")
        % {"row": row, "section": section, "why": why or "—"}
    ),
    "merged": _sentence(gettext_lazy("Merged “%(gone)s” (%(gone_url)s) into “%(kept)s” (%(kept_url)s)")),
    "took_fact": _took_fact,
    "made_default": _sentence(gettext_lazy("Made “%(list)s” the default list")),
    "replaced_as_default": _sentence(gettext_lazy("“%(list)s” replaced this list as the default list")),
    "standard_prompts": lambda: _("Added the three standard prompts, because the list had none"),
    "link_changed": _link_changed,
    "link_confirmed": _sentence(gettext_lazy("Kept the link of “%(source)s”: %(reason)s")),
    "link_issue_reopened": _sentence(gettext_lazy("Reopened the link problem of “%(source)s”")),
    "report_decided": _report_decided,
    "suggestion_accepted": lambda title, place: (
        _("Accepted the suggestion “%(title)s” into %(place)s") % {"title": title, "place": _place(place)}
    ),
    "suggestion_declined": _sentence(gettext_lazy("Declined the suggestion “%(title)s” for “%(topic)s”: %(reason)s")),
    "imported": _imported,
    "import_undone": _sentence(gettext_lazy("Undid the import of “%(name)s”")),
    "import_changed": _imported_changes,
    "import_moved": lambda row, before, after: (
        _("Moved “%(row)s” from %(before)s to %(after)s")
        % {"row": row, "before": place_text(before), "after": place_text(after)}
    ),
    "import_of_list": lambda **change: _imported_field(change),
    "import_more": lambda number: (
        ngettext(
            "The file changed %(number)s more heading or entry",
            "The file changed %(number)s more headings and entries",
            number,
        )
        % {"number": f"{number:,}"}
    ),
}

"""The sentences of the change log, one for each code."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.text import Truncator
from django.utils.translation import ngettext

from catalog.curation.report import Report
from catalog.markdown.role import Role
from catalog.outline.change import Change
from catalog.outline.section import Section
from catalog.outline.usage_text import usage_list

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
    return Truncator(_SENTENCES[change.code](**change.facts)).chars(_LONGEST)


def value_text(value: str | int | bool | None) -> str:
    """A field's value as text: a string in quotation marks, truncated to 160 characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return "nothing"
    if isinstance(value, int):
        return str(value)
    return f"“{Truncator(' '.join(value.split())).chars(_VALUE)}”"


def import_counts(parts: Mapping[str, int], list_changes: Iterable[str], facts: int) -> str:
    """The counts of an import: "3 new, 1 changed, prompts updated". `facts` is the number of sources whose facts
    changed."""
    said = [f"{number:,} {_PARTS[key]}" for key, number in parts.items()]
    said += [f"{name.lower()} updated" for name in list_changes]
    if facts:
        said.append(ngettext("facts of %s source updated", "facts of %s sources updated", facts) % f"{facts:,}")
    return ", ".join(said) or "nothing has changed"


_PARTS = {
    "added": "new",
    "restored": "brought back",
    "changed": "changed",
    "moved": "moved",
    "relinked": "re-linked",
    "retired": "retired",
}


def _place(place: Mapping[str, str] | str | None) -> str:
    """A heading's title, with its topic for a shelf. Imports record a path as a string instead."""
    if isinstance(place, str):
        return place
    if place is None:
        return "the top level"
    return f"“{place['heading']}” of “{place['topic']}”" if place["topic"] else f"“{place['heading']}”"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _fields(fields: Iterable[Mapping]) -> list[str]:
    return [
        f"{_lower(each['label'])} from {value_text(each['before'])} to {value_text(each['after'])}" for each in fields
    ]


def _row(row: Mapping) -> str:
    name = f"{row['model']} “{row['row']}”"
    return f"{name}: {', '.join(_fields(row['fields']))}" if row["done"] == "changed" else f"{row['done']} {name}"


def _added(row, model="", place=None, fields=(), rows=()) -> str:
    where = f" to {_place(place)}" if place else ""
    return "; ".join([f"Added {model} “{row}”{where}" if model else f"Added “{row}”{where}", *map(_row, rows)])


def _changed(row, model, fields, rows) -> str:
    return f"Changed {model} “{row}”: {'; '.join([*_fields(fields), *map(_row, rows)])}"


def _labelled(row, kind=None, role=None) -> str:
    said = []
    if kind:
        said.append("kind from {} to {}".format(*(Section.Kind(each).label for each in kind)))
    if role:
        labels = (Role(each).label if each else "that of the heading above" for each in role)
        said.append("role from {} to {}".format(*labels))
    return f"Changed “{row}”: {'; '.join(said)}"


def _moved(row, to, to_place, from_place, **before) -> str:
    if before["from"] == to:
        return f"Moved “{row}” from place {from_place} to place {to_place} in {_place(to)}"
    return f"Moved “{row}” from {_place(before['from'])} (place {from_place}) to {_place(to)} (place {to_place})"


def _retired(row, place="", usage=None) -> str:
    where = f" from {place}" if place else ""
    return f"Retired “{row}”{where}" + (f" ({', '.join(usage_list(usage))} kept)" if usage else "")


def _restored(row, place="") -> str:
    return f"Brought “{row}” back" + (f" in {place}" if place else "")


def _differences(row, fields) -> str:
    first, *more = fields
    said = [f"{first['label']} of “{row}”: {_difference(first)}"]
    return "; ".join(said + [f"{_lower(each['label'])}: {_difference(each)}" for each in more])


def _difference(field: Mapping[str, str]) -> str:
    return f"{value_text(field['before'])} → {value_text(field['after'])}"


def _report_decided(source, state, kind, reason) -> str:
    done = "Resolved" if state == Report.State.ACCEPTED else "Declined"
    return f"{done} a report on “{source}”, {Report.Kind(kind).label}" + (f": {reason}" if reason else "")


_SENTENCES = {
    "added": _added,
    "changed": _changed,
    "deleted": lambda model, row: f"Deleted {model} “{row}”",
    "labelled": _labelled,
    "moved": _moved,
    "retired": _retired,
    "restored": _restored,
    "retired_second": lambda row, section, why: (
        f"Retired “{row}” in “{section}”, where both sources were listed. Its reason: {why or '—'}"
    ),
    "merged": lambda gone, kept, gone_url, kept_url: f"Merged “{gone}” ({gone_url}) into “{kept}” ({kept_url})",
    "took_fact": lambda gone, kept, label, before, after: (
        f"Took the {_lower(label)} of “{gone}” for “{kept}”: {after or '—'}, before {before or '—'}"
    ),
    "made_default": lambda list: f"Made “{list}” the default list",
    "replaced_as_default": lambda list: f"“{list}” became the default list in place of this one",
    "link_changed": lambda source, before, after, reason="": f"Link of “{source}”: {before} → {after}",
    "link_confirmed": lambda source, reason: f"The link of “{source}” is fine: {reason}",
    "report_decided": _report_decided,
    "suggestion_accepted": lambda title, place: f"Accepted the suggestion of “{title}” into {_place(place)}",
    "suggestion_declined": lambda title, topic, reason: f"Declined “{title}” for “{topic}”: {reason}",
    "imported": lambda name, **counts: f"Imported {f'“{name}”' if name else 'a file'}: {import_counts(**counts)}.",
    "import_changed": _differences,
    "import_moved": lambda row, before, after: f"Moved “{row}” from {before} to {after}",
    "import_of_list": lambda label, before, after: (
        f"{label}: {value_text(before or None)} → {value_text(after or None)}"
    ),
    "import_more": lambda number: f"And {number:,} more by this file.",
}

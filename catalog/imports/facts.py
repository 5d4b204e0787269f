"""Reads the facts file: JSON with sources' titles, authors and other facts, and whether their links are right."""

import json
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from catalog.sources.canonical_url import url_key
from catalog.sources.identifiers import identifier_of
from catalog.sources.source import Source

from .three_way_merge import three_way_merge

_KINDS = {"", *Source.Kind.values}
_NAMES = {"note": "link_note"}
_OF_LINK = ("leads_to_listed", "link_note", "better_url")
_TEXTS = {"title": 300, "venue": 120, "identifier": 120, "note": 2000}


class FactsError(ValueError):
    """The facts file is invalid; the message gives the number of the item and the reason."""


def read_facts(text: str) -> dict[str, dict]:
    """The facts by canonical URL, each as values for fields of `Source`. Raises FactsError."""
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        raise FactsError(
            _("line %(line)s isn’t valid JSON: %(reason)s.") % {"line": error.lineno, "reason": error.msg}
        ) from error
    if not isinstance(items, list):
        raise FactsError(_("the file must contain a list of objects."))
    return dict(_read(number, item) for number, item in enumerate(items, start=1))


def _read(number: int, item: object) -> tuple[str, dict]:
    try:
        if not isinstance(item, dict) or not isinstance(item.get("url"), str):
            raise ValueError(_("it has no “url”."))
        return url_key(item["url"]), _fields(item)
    except ValueError as error:
        raise FactsError(_("item %(number)s: %(reason)s") % {"number": number, "reason": error}) from error


def _fields(item: dict) -> dict:
    fields: dict = {}
    for name, length in _TEXTS.items():
        value = item.get(name) or ""
        if not isinstance(value, str) or len(value) > length:
            raise ValueError(
                _("“%(field)s” must be a text of at most %(number)s characters.") % {"field": name, "number": length}
            )
        fields[_NAMES.get(name, name)] = value
    if fields["identifier"]:
        fields["identifier"] = identifier_of(fields["identifier"])
    fields["authors"] = item.get("authors") or []
    if not isinstance(fields["authors"], list) or not all(isinstance(name, str) and name for name in fields["authors"]):
        raise ValueError(_("“authors” must be a list of names."))
    fields["year"] = item.get("year")
    if fields["year"] is not None and not (isinstance(fields["year"], int) and 0 < fields["year"] < 10000):
        raise ValueError(_("“year” must be a year."))
    fields["kind"] = item.get("kind") or ""
    if fields["kind"] not in _KINDS:
        raise ValueError(_one_of("kind", Source.Kind.values))
    if leads := item.get("leads_to_listed"):
        fields["leads_to_listed"] = leads
        if leads not in Source.Leads.values:
            raise ValueError(_one_of("leads_to_listed", Source.Leads.values))
    fields["better_url"] = item.get("better_url") or ""
    if fields["better_url"]:
        try:
            URLValidator(["http", "https"])(fields["better_url"])
        except ValidationError as error:
            raise ValueError(_("“better_url” must be a web address.")) from error
    return fields


def _one_of(field: str, values: list[str]) -> str:
    return _("“%(field)s” must be one of: %(values)s.") % {"field": field, "values": ", ".join(values)}


def merge_facts(sources: Iterable[Source], facts: dict[str, dict]) -> list[Source]:
    """Set the facts on these sources, except for fields that a curator changed. Doesn't save. Returns the sources that
    changed. `facts` must contain the canonical URL of each."""
    changed = []
    for source in sources:
        fields = facts[source.canonical_url]
        # An empty value that the file never had a value for must not replace a guess or a curator's value.
        said = {name: value for name, value in fields.items() if value or name in source.last_imported}
        if three_way_merge(source, said, source.last_imported):
            changed.append(source)
        source.last_imported = fields
    return changed


def has_new_link_facts(facts: dict, before: dict) -> bool:
    """Whether the facts about the link differ from those imported `before`. If not, link issues that curators resolved
    stay resolved."""
    said = facts.get("leads_to_listed")
    return said is not None and any(facts.get(name) != before.get(name) for name in _OF_LINK)

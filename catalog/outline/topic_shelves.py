"""The shelves of a topic, as its page shows them, with advice on how much of each to read."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.sources.source_role import Role

from .entry import Entry
from .section import Section

_UNSEEN = (
    "why", "source_text", "last_imported", "section__body", "section__body_html", "section__source_text",
    "section__last_imported", "source__last_imported",
)  # fmt: skip
PAGE = 100  # entries of a shelf that are shown at once
_READ_ALL = re.compile(r"\bread all\b", re.IGNORECASE)


@dataclass
class TopicShelf:
    """The entries of one shelf, or those directly under the topic (`heading` is None)."""

    heading: Section | None
    role: str = ""
    advice: str = ""
    entries: list[Entry] = field(default_factory=list)
    start: int = 0  # the place of the first entry that the page shows

    def open_at(self, pk: int | None) -> None:
        """Show the part of the shelf that has this entry, if the shelf has it."""
        place = next((place for place, entry in enumerate(self.entries) if entry.pk == pk), 0)
        self.start = place - place % PAGE

    @property
    def shown(self) -> list[Entry]:
        """The entries that the page shows, `PAGE` at most."""
        return self.entries[self.start : self.start + PAGE]

    @property
    def before(self) -> Entry | None:
        """The first entry of the part before the one that is shown, if there is one."""
        return self.entries[max(0, self.start - PAGE)] if self.start else None

    @property
    def after(self) -> Entry | None:
        """The first entry behind the part that is shown, if there is one."""
        return next(iter(self.entries[self.start + PAGE :]), None)


def topic_shelves(topic: Section, *related: Prefetch) -> list[TopicShelf]:
    """The topic's shelves that aren't retired, in list order; entries directly under the topic come first. Two queries,
    and one for each prefetch in `related`, such as the open link issues of the entries."""
    headings, shown = shelf_queries(topic)
    return shelves_of(topic, headings, shown.prefetch_related(*related))


def shelf_queries(topic: Section) -> tuple[QuerySet[Section], QuerySet[Entry]]:
    """The headings of a topic's shelves, and its entries, as `shelves_of` takes them. The text and history of a source
    and of its heading stay behind, since no page shows them beside it."""
    entries = Entry.objects.not_retired().filter(topic=topic).select_related("source", "section").defer(*_UNSEEN)
    return topic.descendants(Section.Kind.SHELF), entries.order_by("position", "pk")


def shelves_of(topic: Section, headings: Iterable[Section], found: Iterable[Entry]) -> list[TopicShelf]:
    """The topic's shelves, of the rows of `shelf_queries`."""
    entries = defaultdict(list)
    for entry in found:
        entries[entry.section_id].append(entry)
    shelves = [TopicShelf(heading, _role(topic, heading), entries=entries[heading.pk]) for heading in headings]
    if entries[topic.pk]:
        shelves.insert(0, TopicShelf(None, topic.role, entries=entries[topic.pk]))
    roles = {entry.role for found in entries.values() for entry in found}
    alone = sum(map(len, entries.values())) == 1
    for shelf in shelves:
        roles_here = {entry.role for entry in shelf.entries}
        role = roles_here.pop() if len(roles_here) == 1 else shelf.role
        if shelf.entries:
            # A title that says how much to read takes precedence over the advice.
            read_all = shelf.heading and _READ_ALL.search(shelf.heading.title)
            shelf.advice = str(_MANY_OF.get(role, "")) if read_all else _advice(role, roles, alone)
    return shelves


def _role(topic: Section, heading: Section) -> str:
    return heading.role or topic.role


def _advice(role: str, roles: set[str], alone: bool) -> str:
    """How much of a shelf to read: "Core sources: read one". `roles` are those of the whole topic; `alone`: the topic
    has a single entry."""
    if alone:
        advice = _("%(sources)s: the only one, so no cross-check is needed")
        return advice % {"sources": _ONE_OF[role]} if role else _("The only source, so no cross-check is needed")
    if role == Role.CORE:
        advice = _("%(sources)s: read one")
    elif role == Role.PRACTITIONER or (Role.CORE in roles and Role.PRACTITIONER not in roles):
        advice = _("%(sources)s: cross-check with one")
    elif Role.CORE in roles:
        advice = _("%(sources)s: read them if you want more")
    else:
        advice = _("%(sources)s: read one, then cross-check with another")
        return advice % {"sources": _MANY_OF[role]} if role else _("Read one, then cross-check with another")
    return advice % {"sources": _MANY_OF.get(role) or _("Sources")}


_MANY_OF = {
    Role.CORE: gettext_lazy("Core sources"),
    Role.PRACTITIONER: gettext_lazy("Practitioner sources"),
    Role.SUPPORTING: gettext_lazy("Supporting sources"),
    Role.CASE_STUDY: gettext_lazy("Case studies"),
    Role.OPTIONAL: gettext_lazy("Optional sources"),
}
_ONE_OF = {
    Role.CORE: gettext_lazy("Core source"),
    Role.PRACTITIONER: gettext_lazy("Practitioner source"),
    Role.SUPPORTING: gettext_lazy("Supporting source"),
    Role.CASE_STUDY: gettext_lazy("Case study"),
    Role.OPTIONAL: gettext_lazy("Optional source"),
}

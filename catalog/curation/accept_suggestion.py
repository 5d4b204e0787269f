"""Accepts a suggestion as an entry of its list."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog.lists.reading_list import ReadingList
from catalog.outline.change import Change
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from catalog.outline.tree_edits import heading_ref, renumber
from catalog.sources.source import Source
from readlist_site.base.text import MAX_LENGTH, render, without_html

from .suggestion import Suggestion


class AlreadyInTopic(Exception):
    """The topic has an entry of this source already: `entry`."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self.entry = entry


@transaction.atomic
def accept_suggestion(
    suggestion: Suggestion, *, by, section: Section, title: str, url: str, why: str, role: str = ""
) -> Entry:
    """Add the suggestion, with the curator's changes, as the last entry of a section of its topic. Bumps the list's
    version, which locks the list, and locks the source; notifies the author and the voters.

    What may be HTML in the reason is escaped, since an export of the list has the reason as it is. Raises
    AlreadyDecided if it was decided before, AlreadyInTopic, ValueError if `url` isn't a web address, and
    ValidationError if the section can't have entries, its list can't be renumbered, or the escaped reason is longer
    than a text may be."""
    reading_list, why = section.list, without_html(why)
    if len(why) > MAX_LENGTH:
        too_long = _("The reason is longer than %(number)s characters: each “<” counts as several. Shorten it.")
        raise ValidationError(too_long % {"number": f"{MAX_LENGTH:,}"})
    rendered = render(why, line_breaks=False)
    ReadingList.objects.bump_version(reading_list.pk)
    suggestion.decide(suggestion.State.ACCEPTED, by=by)
    source = Source.objects.get_or_create_by_url(url, title=title)
    Source.objects.lock_current([source.pk])
    if there := source.listed_entries().filter(topic=suggestion.topic).first():
        raise AlreadyInTopic(there)
    last = section.entries.order_by("position").last()
    entry = Entry(
        section=section,
        topic=suggestion.topic,
        source=source,
        position=last.position if last else section.position,
        title=title,
        url=url,
        why=why,
        why_html=rendered.html,
        renderer=rendered.renderer,
        own_role=role,
    )
    entry.clean()
    entry.save()
    entry.relate()
    renumber(reading_list)
    suggestion.entry, suggestion.title = entry, title
    suggestion.save(update_fields=["entry"])
    facts = {"title": title, "place": heading_ref(section)}
    Change.objects.record("suggestion_accepted", facts, by=by, list=reading_list, source=source)
    suggestion.notify_decided()
    return entry

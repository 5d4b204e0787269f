"""Taking what a reader suggested into the list."""

from django.db import transaction

from readlist_site.text import render

from .arranging import place_of, settle
from .models import Change, Entry, ReadingList, Section, Source, Suggestion
from .notices import tell_suggestion_decided


class StandsHere(Exception):
    """The topic has this source already."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self.entry = entry


@transaction.atomic
def accept_suggestion(
    suggestion: Suggestion, *, by, section: Section, title: str, url: str, why: str, role: str = ""
) -> Entry:
    """Make it the last entry of a section of its topic, as it was suggested or in other words.

    Raises Decided if it was decided before, StandsHere, ValueError for what is no address, and ValidationError where
    the section holds no sources any more."""
    reading_list = section.list
    ReadingList.objects.touch(reading_list.pk)
    suggestion.decide(suggestion.State.ACCEPTED, by=by)
    source = Source.objects.at(url, title=title)
    Source.objects.hold([source.pk])
    if there := source.places().filter(topic=suggestion.topic).first():
        raise StandsHere(there)
    last = section.entries.order_by("position").last()
    entry = Entry(
        section=section,
        topic=suggestion.topic,
        source=source,
        position=last.position if last else section.position,
        title=title,
        url=url,
        why=why,
        why_html=render(why).html,
        own_role=role,
    )
    entry.clean()
    entry.save()
    entry.relate()
    settle(reading_list)
    suggestion.entry, suggestion.title = entry, title
    suggestion.save(update_fields=["entry"])
    facts = {"title": title, "place": place_of(section)}
    Change.objects.note("suggestion_accepted", facts, by=by, list=reading_list, source=source)
    tell_suggestion_decided(suggestion)
    return entry

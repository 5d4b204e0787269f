"""The four steps of a person in a topic, derived from readings, drafts and summaries.

What counts as *core read* and *cross-checked*: `topic_requirements.py`. *Summarised* needs a submitted summary; a draft
begins it. *Reviewed* is set by groups."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from django.db.models import QuerySet

from catalog.outline.entry import Entry
from catalog.outline.section import Section
from notes.draft import Draft
from notes.reading import Reading, make_reading_key, reading_key
from notes.steps import Steps, summary_state
from notes.summary import Summary
from notes.topic_requirements import TopicRequirements
from readlist_site.base.web.together import Together


class Member(Protocol):
    """A person whose steps a group may see, such as a membership."""

    person_id: int
    hides_reading: bool


def entries_of(topics: Iterable[Section]) -> dict[int, list[Entry]]:
    """Returns the visible entries of each topic, in the list's order. One query."""
    (entries,) = topic_entries(topics=[topic.pk for topic in topics])
    return by_topic(entries)


@Together
def topic_entries(topics: list[int]) -> list[QuerySet]:
    """The visible entries of topics, in the list's order."""
    return [entry_query(topics)]


def entry_query(topics) -> QuerySet[Entry]:
    """Returns the queryset of `topic_entries`: without the reasons. `topics`: what a column of topics is to be in."""
    entries = Entry.objects.not_retired().filter(topic__in=topics, section__retired_at=None)
    return entries.defer("why", "why_html", "source_text", "last_imported").order_by("position", "pk")


def by_topic(entries: Iterable[Entry]) -> defaultdict[int, list[Entry]]:
    """Returns the entries by the key of their topic."""
    found = defaultdict(list)
    for entry in entries:
        found[entry.topic_id].append(entry)
    return found


def step_queries(people, topics) -> list[QuerySet]:
    """Returns the querysets of the readings, drafts and summaries that `steps_of` takes. `people`, who don't hide their
    reading, and `topics`: what a column of these is to be in."""
    sources = Entry.objects.filter(topic__in=topics).order_by().values("source")
    readings = Reading.objects.filter(person__in=people, source__in=sources)
    return [
        readings.values_list("person_id", "source_id", "reread_entry_id", "state"),
        *(
            model.objects.filter(author__in=people, topic__in=topics).values_list("author_id", "topic_id")
            for model in (Draft, Summary)
        ),
    ]


def steps_of(
    members: Iterable[Member],
    topics: Iterable[Section],
    entries: Iterable[Entry],
    readings: Iterable[tuple[int, int, int | None, str]],
    drafts: Iterable[tuple[int, int]],
    summaries: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], Steps]:
    """Returns the steps of each of these people in each of these topics, by (person, topic). `entries` are the visible
    ones of these topics, in the list's order; the rest are the rows of `step_queries`.

    With `read_counts`, the only access of others to a notebook: states only, and none of people who hide them."""
    members, entries_of, states = list(members), by_topic(entries), defaultdict(dict)
    for person, source, reread, state in readings:
        states[person][make_reading_key(source, reread)] = state
    drafts, summaries = set(drafts), set(summaries)
    steps = {}
    for topic in topics:
        requirements = TopicRequirements.of(entries_of[topic.pk])
        no_steps = requirements.steps({})
        for member in members:
            key = member.person_id, topic.pk
            if member.hides_reading:
                steps[key] = replace(no_steps, hidden=True)
            else:
                steps[key] = requirements.steps(
                    states[member.person_id], summary_state(key in drafts, key in summaries)
                )
    return steps


def read_counts(entries: Iterable[Entry], readings: Iterable[tuple[int, int, int | None, str]]) -> dict[int, int]:
    """Returns how many people have read each of these entries, by entry's key, of readings as in `step_queries`."""
    counts = Counter(
        make_reading_key(source, reread) for _, source, reread, state in readings if state == Reading.State.READ
    )
    return {entry.pk: counts[reading_key(entry)] for entry in entries}

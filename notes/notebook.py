"""A person's notebook on a topic: readings, draft, last revision, and the steps and shelf derived from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.functional import cached_property

from catalog.outline.entry import Entry
from catalog.outline.method import Prompt
from catalog.outline.section import Section
from notes.draft import Draft
from notes.progress import by_topic, topic_entries
from notes.reading import Key, Reading, reading_key
from notes.revision import Revision
from notes.source_marks import Shelf
from notes.steps import Steps, summary_state
from notes.topic_requirements import TopicRequirements
from readlist_site.base.text.line_count import count_lines
from readlist_site.base.web.together import Together, answers


@dataclass(frozen=True)
class EntryReading:
    """An entry with the person's reading of it."""

    entry: Entry
    reading: Reading


@dataclass(frozen=True)
class Excerpt:
    """An answer of which a page shows the beginning and the number of lines."""

    prompt: str
    body_html: str

    @property
    def lines(self) -> int:
        return count_lines(self.body_html)


@dataclass(frozen=True)
class Notebook:
    """One person's notebook on one topic. Shown on pages of its owner only."""

    topic: Section
    entries: list[Entry]
    readings: dict[Key, Reading] = field(default_factory=dict)
    draft: Draft | None = None
    revision: Revision | None = None

    @cached_property
    def requirements(self) -> TopicRequirements:
        """What the topic requires to be read."""
        return TopicRequirements.of(self.entries)

    @cached_property
    def steps(self) -> Steps:
        """The person's steps in the topic."""
        states = {at: reading.state for at, reading in self.readings.items()}
        return self.requirements.steps(states, summary_state(bool(self.draft), bool(self.revision)))

    @cached_property
    def shelf(self) -> Shelf:
        """The topic's sources as spines."""
        tall = set(self.requirements.core)
        return Shelf.of(
            ("tall" if entry in tall else "short", entry.role, reading.state if reading else "")
            for entry, reading in ((entry, self.reading(entry)) for entry in self.entries)
        )

    def reading(self, entry: Entry) -> Reading | None:
        """Returns the reading that counts for this entry, or None."""
        return self.readings.get(reading_key(entry))

    def latest_answers(self) -> tuple[dict[int, str], list[int]]:
        """Returns answers by prompt id and ids of the sources they are based on: those of the draft, else those of the
        last revision, else no answers and the sources that are read or being read."""
        if self.draft:
            return {int(prompt): answer for prompt, answer in self.draft.answers.items()}, self.draft.based_on
        if self.revision:
            answers = {each.prompt_id: each.body for each in self.revision.answers.all()}
            return answers, [each.source_id for each in self.revision.based_on.all()]
        begun = [entry for entry in self.entries if self._is(entry, Reading.State.READ, Reading.State.READING)]
        return {}, [entry.source_id for entry in begun]

    def excerpts(self, prompts: Iterable[Prompt]) -> list[Excerpt]:
        """Returns excerpts of the draft's answers to these prompts, else of the last revision's answers."""
        if self.draft:
            html = self.draft.answers_html
            return [Excerpt(prompt.text, html.get(str(prompt.pk), "")) for prompt in prompts]
        answers = self.revision.answers.all() if self.revision else []
        return [Excerpt(answer.prompt_text, answer.body_html) for answer in answers]

    def unread(self, entries: Iterable[Entry]) -> Entry | None:
        """Returns the entry to read next: the first that they want to read, else the first neither read nor skipped,
        else None."""
        left = [entry for entry in entries if not self._is(entry, Reading.State.READ, Reading.State.SKIPPED)]
        return next((entry for entry in left if self._is(entry, Reading.State.WANT)), left[0] if left else None)

    def longest_in(
        self, entries: Iterable[Entry], *states: str, exclude_source: int | None = None
    ) -> EntryReading | None:
        """Returns, of these entries, the one that has been in one of these states for longest, or None.
        `exclude_source`: the id of a source to ignore."""
        found = [
            EntryReading(entry, self.reading(entry))
            for entry in entries
            if entry.source_id != exclude_source and self._is(entry, *states)
        ]
        return min(found, key=lambda found: (found.reading.since, found.entry.position), default=None)

    @cached_property
    def core_read(self) -> EntryReading | None:
        """The entry that completes the core read: the first one read or, if that is the only one read for the
        cross-check, another one."""
        first = self.longest_in(self.requirements.core, Reading.State.READ)
        can_check = {entry.source_id for entry in self.requirements.check if self._is(entry, Reading.State.READ)}
        if first and can_check == {first.entry.source_id}:
            return (
                self.longest_in(self.requirements.core, Reading.State.READ, exclude_source=first.entry.source_id)
                or first
            )
        return first

    @cached_property
    def check_read(self) -> EntryReading | None:
        """The entry that completes the cross-check, with a source other than that of the core read."""
        core = self.core_read.entry.source_id if self.core_read else None
        return self.longest_in(self.requirements.check, Reading.State.READ, exclude_source=core)

    def _is(self, entry: Entry, *states: str) -> bool:
        reading = self.reading(entry)
        return bool(reading) and reading.state in states


def notebooks_for(user, topics: Iterable[Section]) -> dict[int, Notebook]:
    """Returns the user's notebook on each of these topics, by topic's key; empty for an anonymous user. One
    statement."""
    topics = list(topics)
    if not user.is_authenticated or not topics:
        return {}
    (entries,), rows = answers(
        topic_entries.ask(topics=[topic.pk for topic in topics]),
        notebook_rows.ask(person=user, topics=[topic.pk for topic in topics]),
    )
    return notebooks_of(topics, entries, *rows)


@Together
def notebook_rows(person, topics: list[int]) -> list[QuerySet]:
    """A person's readings, revisions and drafts, as `notebooks_of` takes them."""
    return notebook_queries(person, topics)


def notebook_queries(person, topics) -> list[QuerySet]:
    """Returns the querysets of `notebook_rows`. `topics`: what a column of topics is to be in."""
    sources = Entry.objects.filter(topic__in=topics).order_by().values("source")
    revisions = Revision.objects.visible_to(person).filter(summary__topic__in=topics)
    return [
        Reading.objects.visible_to(person).filter(source__in=sources).with_read_before(),
        revisions.select_related("summary").order_by("number"),
        Draft.objects.visible_to(person).filter(topic__in=topics),
    ]


def notebooks_of(
    topics: Iterable[Section],
    entries: Iterable[Entry],
    readings: Iterable[Reading],
    revisions: Iterable[Revision],
    drafts: Iterable[Draft],
) -> dict[int, Notebook]:
    """Returns a notebook on each of these topics, by topic's key. `entries` are the visible ones of these topics, in
    the list's order; the rest are `notebook_rows`."""
    entries_of, by_key = by_topic(entries), {reading.key: reading for reading in readings}
    latest = {revision.summary.topic_id: revision for revision in revisions}
    bases = {topic: revision.number for topic, revision in latest.items()}
    going_on = {draft.topic_id: draft for draft in drafts if draft.base_number == bases.get(draft.topic_id, 0)}
    return {
        topic.pk: Notebook(topic, entries_of[topic.pk], by_key, going_on.get(topic.pk), latest.get(topic.pk))
        for topic in topics
    }

"""The data of the home page about a person's work in progress, in two statements."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q, QuerySet
from django.utils.functional import cached_property

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.members.absence import Absence
from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.group_progress import my_outcomes, outcome_query
from groups.reviews.review_queue import QUEUE_QUERIES, QueuedRound, as_queued, queue_of, queue_queries
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import UNSEEN, fetch_with_status
from groups.reviews.rules import CLAIM_LIMIT
from groups.reviews.status import QueueSection
from notes.notebook import Notebook, notebook_queries, notebooks_of
from notes.progress import entry_query
from notes.reading import Reading
from notes.steps import StepState
from notes.topic_steps import NextStep, next_step
from readlist_site.base.accounts.models import User
from readlist_site.base.web.together import RowsOf, Together

from .my_progress import TopicStatus, statuses_of

# Maximum number of items of one kind.
MAX_SHOWN = 5


@dataclass(frozen=True)
class TopicInProgress:
    """A topic that the person has begun: their progress, and the review round that isn't finished, if any.

    Its sentences are in `templates/pages/topic_status.html`."""

    status: TopicStatus
    round: ReviewRound | None

    @property
    def notebook(self) -> Notebook:
        return self.status.notebook

    @property
    def topic(self) -> Section:
        return self.notebook.topic

    @property
    def waits_for_others(self) -> bool:
        """Whether its author has nothing to do until others review it."""
        return bool(self.round) and not self.round.status.waits_for_author and not self.notebook.draft

    @cached_property
    def step(self) -> NextStep:
        """The next step, as far as the notebook knows."""
        return next_step(self.notebook)

    @property
    def is_read(self) -> bool:
        """Whether the core read and the cross-check are done."""
        return self.notebook.steps.core == self.notebook.steps.cross_checked == StepState.DONE

    @cached_property
    def being_read(self) -> Entry | None:
        """The entry they have been reading for longest."""
        entry_reading = self.notebook.longest_in(self.notebook.entries, Reading.State.READING)
        return entry_reading and entry_reading.entry

    @cached_property
    def read(self) -> Entry | None:
        """An entry they have read, preferably a core one."""
        entry_reading = self.notebook.core_read or self.notebook.longest_in(self.notebook.entries, Reading.State.READ)
        return entry_reading and entry_reading.entry


@Together
def dashboard_rows(person, now: datetime) -> list[QuerySet]:
    """What a Dashboard takes: the keys of the person's groups; their absence and claims; the keys of their groups'
    lists, or of the default list if they have no group; topics, entries, readings, revisions, drafts and rounds on
    these; the queue of reviews."""
    groups = Group.objects.visible_to(person).order_by()
    of_groups = Q(pk__in=groups.values("list"))
    lists = ReadingList.objects.filter(of_groups | (Q(is_default=True) & ~Exists(groups))).order_by()
    topics = Section.objects.topics().filter(list__in=lists.values("pk")).headings_only().order_by("list", "position")
    keys, group_keys = RowsOf(topics), groups.values_list("pk", flat=True)
    mine = ReviewRound.objects.filter(submission__summary__author=person, submission__summary__topic__in=keys)
    return [
        group_keys,
        Absence.objects.visible_to(person).current(now),
        Claim.objects.awaited_from(person, now).defer(*(f"round__{column}" for column in UNSEEN)),
        lists.values_list("pk", flat=True),
        topics,
        entry_query(keys),
        *notebook_queries(person, keys),
        outcome_query(mine, now),
        *queue_queries(person, now, groups=RowsOf(group_keys)),
    ]


class Dashboard:
    """One person's work in progress, of the rows of `dashboard_rows`."""

    def __init__(self, person: User, groups: list[Group], now: datetime, rows: list[list]) -> None:
        first, self._queue = rows[:-QUEUE_QUERIES], rows[-QUEUE_QUERIES:]
        _, absences, self.claims, self.lists, self._topics, self._entries, *notebook = first
        *self._notebook, self._facts = notebook
        self.person, self.groups, self.now = person, groups, now
        self.absence = next(iter(absences), None)

    @property
    def at_claim_limit(self) -> bool:
        """Whether they hold as many claims as allowed."""
        return len(self.claims) >= CLAIM_LIMIT

    @cached_property
    def queue(self) -> list[QueuedRound]:
        """All rounds that await review in their groups, their own included."""
        return queue_of(self.person, self.now, *self._queue)

    @property
    def claimed(self) -> list[ReviewRound]:
        """The rounds of their claims, in the same order."""
        return [self._rounds[claim.round_id] for claim in self.claims if claim.round_id in self._rounds]

    @cached_property
    def open(self) -> list[ReviewRound]:
        """The first review rounds that they may claim, best match first; none while they have paused reviews."""
        return [self._rounds[each.pk] for each in self._available if each.pk in self._rounds]

    @cached_property
    def own(self) -> list[ReviewRound]:
        """Rounds of their own summaries that aren't accepted yet, with their `status`."""
        rounds = [self._rounds[each.pk] for each in self._own if each.pk in self._rounds]
        for round in rounds:
            round.status = round.status_for(self.person)
        return sorted(rounds, key=lambda each: each.pk)

    @property
    def _available(self) -> list[QueuedRound]:
        return [] if self.absence else [each for each in self.queue if each.is_available][:MAX_SHOWN]

    @property
    def _own(self) -> list[QueuedRound]:
        return [each for each in self.queue if each.queue_section == QueueSection.OWN]

    @cached_property
    def _rounds(self) -> dict[int, ReviewRound]:
        """All rounds that the page shows, by key, with status data. One statement."""
        queued = {each.pk: each for each in [*self._available, *self._own]}
        rounds = fetch_with_status([*queued, *(claim.round_id for claim in self.claims)], self.now)
        return {round.pk: as_queued(round, queued[round.pk]) if round.pk in queued else round for round in rounds}

    @cached_property
    def topic_statuses(self) -> list[TopicStatus]:
        """Their progress in each topic of their lists, in the lists' order."""
        notebooks = notebooks_of(self._topics, self._entries, *self._notebook)
        return list(statuses_of(notebooks, my_outcomes(self._facts, self.now)).values())

    @cached_property
    def topics_in_progress(self) -> list[TopicInProgress]:
        """The topics that they have begun and that aren't accepted yet, most completed steps first."""
        rounds = {each.submission.summary.topic_id: each for each in self.own}
        begun = [each for each in self.topic_statuses if each.steps.begun and not each.steps.accepted]
        topics_in_progress = [TopicInProgress(each, rounds.get(each.notebook.topic.pk)) for each in begun]
        return sorted(topics_in_progress, key=lambda item: -sum(step == StepState.DONE for step in item.status.steps))

    @property
    def accepted_count(self) -> int:
        """In how many topics of their lists their summary is accepted."""
        return sum(each.steps.accepted for each in self.topic_statuses)

    @property
    def top(self) -> list[TopicInProgress]:
        """The first topics that they can continue, then the first that wait for others."""
        waiting = [item for item in self.topics_in_progress if item.waits_for_others]
        return [item for item in self.topics_in_progress if not item.waits_for_others][:MAX_SHOWN] + waiting[:MAX_SHOWN]

    @cached_property
    def untouched(self) -> Notebook | None:
        """The first topic in list order that they have not begun and that has an entry for them to read."""
        notebooks = (each.notebook for each in self.topic_statuses if not each.steps.begun)
        return next((notebook for notebook in notebooks if next_step(notebook).entry), None)

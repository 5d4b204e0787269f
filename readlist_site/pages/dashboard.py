"""The data of the home page about a person's work in progress, in a fixed number of queries."""

from dataclasses import dataclass
from functools import cached_property

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.queued_round import QueuedRound, fetch_queued, queued_rounds
from groups.reviews.review_queue import QueueSection
from groups.reviews.review_round import ReviewRound
from groups.reviews.rules import CLAIM_LIMIT
from notes.notebook import Notebook
from notes.progress import StepState
from notes.reading import Reading
from notes.topic_steps import NextStep, next_step
from readlist_site.base.accounts.models import User

from .my_progress import TopicStatus, topic_statuses

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


class Dashboard:
    """One person's work in progress. Each property is one query or a few, made on first access."""

    def __init__(self, person: User, *, paused: bool = False) -> None:
        """`paused`: whether the person has paused reviews, so that they are not asked for any."""
        self.person, self.paused = person, paused

    @cached_property
    def groups(self) -> list[Group]:
        return list(Group.objects.visible_to(self.person))

    @cached_property
    def lists(self) -> list[ReadingList]:
        """The lists of their groups; the default list if they have no group."""
        if self.groups:
            return list(ReadingList.objects.filter(groups__in=self.groups).distinct())
        return [reading_list for reading_list in [ReadingList.objects.default()] if reading_list]

    @cached_property
    def claims(self) -> list[Claim]:
        """The reviews they have claimed, the first to expire first."""
        return list(Claim.objects.awaited_from(self.person))

    @property
    def at_claim_limit(self) -> bool:
        """Whether they hold as many claims as allowed."""
        return len(self.claims) >= CLAIM_LIMIT

    @cached_property
    def queue(self) -> list[QueuedRound]:
        """All rounds that await review in their groups, their own included."""
        return queued_rounds(self.person, groups=[each.pk for each in self.groups]) if self.groups else []

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
        return [] if self.paused else [each for each in self.queue if each.is_available][:MAX_SHOWN]

    @property
    def _own(self) -> list[QueuedRound]:
        return [each for each in self.queue if each.queue_section == QueueSection.OWN]

    @cached_property
    def _rounds(self) -> dict[int, ReviewRound]:
        """All rounds of the queue that the page shows, by key."""
        return {round.pk: round for round in fetch_queued([*self._available, *self._own])}

    @cached_property
    def topic_statuses(self) -> list[TopicStatus]:
        """Their progress in each topic of their lists, in the lists' order."""
        topics = Section.objects.topics().filter(list__in=self.lists).order_by("list", "position")
        return list(topic_statuses(self.person, topics).values())

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

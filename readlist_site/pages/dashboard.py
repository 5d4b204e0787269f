"""A person's desk: all that the home page knows of what they have under way, gathered in a fixed number of queries."""

from dataclasses import dataclass
from functools import cached_property

from catalog.lists.reading_list import ReadingList
from catalog.outline.entry import Entry
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.claim import Claim
from groups.reviews.review_round import ReviewRound
from groups.reviews.rules import CLAIM_LIMIT
from notes.notebook import Notebook
from notes.progress import StepState
from notes.reading import Reading
from notes.topic_steps import NextStep, next_step
from readlist_site.base.accounts.models import User

from .my_progress import TopicStatus, topic_statuses

# So many of a kind are shown.
SHOWN = 5


@dataclass(frozen=True)
class TopicInProgress:
    """One topic on the desk: where one stands in it, and what waits in a group.

    The sentences are in `templates/pages/topic_status.html`."""

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
        """Whether there is nothing for its author to do."""
        return bool(self.round) and not self.round.status.waits_for_author and not self.notebook.draft

    @cached_property
    def step(self) -> NextStep:
        """What its owner can do now, as far as their notebook knows."""
        return next_step(self.notebook)

    @property
    def is_read(self) -> bool:
        """Whether all is read that the topic asks for."""
        return self.notebook.steps.core == self.notebook.steps.cross_checked == StepState.DONE

    @cached_property
    def being_read(self) -> Entry | None:
        """What they are reading."""
        mark = self.notebook.longest_in(self.notebook.entries, Reading.State.READING)
        return mark and mark.entry

    @cached_property
    def read(self) -> Entry | None:
        """What they have read: of the core, if any of it."""
        mark = self.notebook.core_read or self.notebook.longest_in(self.notebook.entries, Reading.State.READ)
        return mark and mark.entry


class Dashboard:
    """What one person has under way."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def groups(self) -> list[Group]:
        return list(Group.objects.visible_to(self.person))

    @cached_property
    def lists(self) -> list[ReadingList]:
        """The lists that their groups read; without a group the default one."""
        if self.groups:
            return list(ReadingList.objects.filter(groups__in=self.groups).distinct())
        return [each for each in [ReadingList.objects.default()] if each]

    @cached_property
    def claims(self) -> list[Claim]:
        """What they have taken to review, the first to lapse first."""
        return list(Claim.objects.awaited_from(self.person))

    @property
    def at_claim_limit(self) -> bool:
        """Whether they hold as many reviews as one may."""
        return len(self.claims) >= CLAIM_LIMIT

    @cached_property
    def open(self) -> list[ReviewRound]:
        """What they may take to review, the fairest match first."""
        return list(ReviewRound.objects.available_to(self.person)[:SHOWN])

    @cached_property
    def own(self) -> list[ReviewRound]:
        """Their own summaries that a group has still to agree on."""
        mine = ReviewRound.objects.awaiting_review().filter(submission__summary__author=self.person).with_status_data()
        rounds = list(mine.order_by("pk"))
        for each in rounds:
            each.status = each.status_for(self.person)
        return rounds

    @cached_property
    def topic_statuses(self) -> list[TopicStatus]:
        """Where they stand in each topic of their lists, in the lists' order."""
        topics = Section.objects.topics().filter(list__in=self.lists).order_by("list", "position")
        return list(topic_statuses(self.person, topics).values())

    @cached_property
    def topics_in_progress(self) -> list[TopicInProgress]:
        """The topics that they have begun and not finished: what is nearest to done first."""
        rounds = {each.submission.summary.topic_id: each for each in self.own}
        begun = [each for each in self.topic_statuses if each.steps.begun and not each.steps.accepted]
        topics_in_progress = [TopicInProgress(each, rounds.get(each.notebook.topic.pk)) for each in begun]
        return sorted(topics_in_progress, key=lambda item: -sum(step == StepState.DONE for step in item.status.steps))

    @property
    def top(self) -> list[TopicInProgress]:
        """The first of what they can go on with, then the first of what waits for others."""
        waiting = [item for item in self.topics_in_progress if item.waits_for_others]
        return [item for item in self.topics_in_progress if not item.waits_for_others][:SHOWN] + waiting[:SHOWN]

    @cached_property
    def untouched(self) -> Notebook | None:
        """The first topic in the list's order that they have not begun and that has something left for them to read."""
        books = (each.notebook for each in self.topic_statuses if not each.steps.begun)
        return next((book for book in books if next_step(book).entry), None)

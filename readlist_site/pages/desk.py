"""A person's desk: all that the home page knows of what they have under way, gathered in a fixed number of queries."""

from dataclasses import dataclass
from functools import cached_property

from catalog.models import Entry, ReadingList, Section
from groups.models import Claim, Group, Round
from groups.rules import CLAIM_LIMIT
from notes.models import Reading
from notes.notebook import Notebook
from notes.path import NextStep, next_step
from notes.progress import Step
from readlist_site.accounts.models import User

from .mine import Standing, standings

# So many of a kind are shown.
SHOWN = 5


@dataclass(frozen=True)
class Pile:
    """One topic on the desk: where one stands in it, and what waits in a group.

    The sentences are in `templates/pages/topic_status.html`."""

    standing: Standing
    round: Round | None

    @property
    def notebook(self) -> Notebook:
        return self.standing.notebook

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
        return self.notebook.steps.core == self.notebook.steps.cross_checked == Step.DONE

    @cached_property
    def being_read(self) -> Entry | None:
        """What they are reading."""
        mark = self.notebook.mark(self.notebook.entries, Reading.State.READING)
        return mark and mark.entry

    @cached_property
    def read(self) -> Entry | None:
        """What they have read: of the core, if any of it."""
        mark = self.notebook.core_read or self.notebook.mark(self.notebook.entries, Reading.State.READ)
        return mark and mark.entry


class Desk:
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
    def held(self) -> list[Claim]:
        """What they have taken to review, the first to lapse first."""
        return list(Claim.objects.held_by(self.person))

    @property
    def hands_full(self) -> bool:
        """Whether they hold as many reviews as one may."""
        return len(self.held) >= CLAIM_LIMIT

    @cached_property
    def open(self) -> list[Round]:
        """What they may take to review, the fairest match first."""
        return list(Round.objects.open_for(self.person)[:SHOWN])

    @cached_property
    def own(self) -> list[Round]:
        """Their own summaries that a group has still to agree on."""
        mine = Round.objects.awaiting_review().filter(submission__summary__author=self.person).with_facts()
        rounds = list(mine.order_by("pk"))
        for each in rounds:
            each.status = each.status_for(self.person)
        return rounds

    @cached_property
    def standings(self) -> list[Standing]:
        """Where they stand in each topic of their lists, in the lists' order."""
        topics = Section.objects.topics().filter(list__in=self.lists).order_by("list", "position")
        return list(standings(self.person, topics).values())

    @cached_property
    def piles(self) -> list[Pile]:
        """The topics that they have begun and not finished: what is nearest to done first."""
        rounds = {each.submission.summary.topic_id: each for each in self.own}
        begun = [each for each in self.standings if each.steps.begun and not each.steps.accepted]
        piles = [Pile(each, rounds.get(each.notebook.topic.pk)) for each in begun]
        return sorted(piles, key=lambda pile: -sum(step == Step.DONE for step in pile.standing.steps))

    @property
    def top(self) -> list[Pile]:
        """The first of what they can go on with, then the first of what waits for others."""
        waiting = [pile for pile in self.piles if pile.waits_for_others]
        return [pile for pile in self.piles if not pile.waits_for_others][:SHOWN] + waiting[:SHOWN]

    @cached_property
    def untouched(self) -> Notebook | None:
        """The first topic in the list's order that they have not begun and that has something left for them to read."""
        books = (each.notebook for each in self.standings if not each.steps.begun)
        return next((book for book in books if next_step(book).entry), None)

"""A person's desk: all that the home page knows of what they have under way, gathered in a fixed number of queries."""

from dataclasses import dataclass
from functools import cached_property

from catalog.models import ReadingList, Section
from groups.models import Acceptance, Claim, Group, Round
from notes.notebook import Notebook, my_notebook
from notes.progress import Step, Steps
from readlist_site.accounts.models import User

MOST = 5


@dataclass(frozen=True)
class Pile:
    """One topic on the desk: what the notebook holds of it, and what became of it in a group."""

    notebook: Notebook
    round: Round | None

    @property
    def topic(self) -> Section:
        return self.notebook.topic

    @property
    def steps(self) -> Steps:
        """The notebook's steps with the group's word laid over."""
        if self.round is None:
            return self.notebook.steps
        asked = self.round.state.kind == "changes"
        return self.notebook.steps.with_review(summarised=Step.DONE, reviewed=Step.TODO if asked else Step.NOW)

    @property
    def words(self) -> str:
        """Where it stands and what comes next, as a sentence or two."""
        book = self.notebook
        if self.round and not book.draft:
            return f"Revision {self.round.revision.number} {self.round.state.clause}."
        if book.draft:
            return f"Draft, {book.draft.lines} of 5–10 lines. Nobody else sees it yet."
        steps = book.steps
        if steps.core == Step.DONE and steps.cross_checked == Step.DONE:
            return "Read and cross-checked. What is left is to write it down."
        if steps.core == Step.DONE:
            check = book.unread(book.demands.check)
            return f"You have read {book.core_read.entry.title}." + (
                f" Check it against {check.title}." if check else ""
            )
        begun = book.mark(book.entries, "reading") or book.mark(book.entries, "read")
        return f"You have begun {begun.entry.title}." if begun else ""


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

    @cached_property
    def open(self) -> list[Round]:
        """What they may take to review, the fairest match first."""
        return list(Round.objects.open_for(self.person)[:MOST])

    @cached_property
    def own(self) -> list[Round]:
        """Their own summaries that a group has still to agree on."""
        mine = Round.objects.waiting().filter(submission__summary__author=self.person).with_facts()
        rounds = list(mine.order_by("pk"))
        for each in rounds:
            each.state = each.state_for(self.person)
        return rounds

    @cached_property
    def notebooks(self) -> list[Notebook]:
        topics = Section.objects.topics().filter(list__in=self.lists).order_by("list", "position")
        return list(my_notebook(self.person, topics).values())

    @cached_property
    def accepted(self) -> set[int]:
        """The topics on which a group has accepted a summary of theirs."""
        mine = Acceptance.objects.filter(round__submission__summary__author=self.person)
        return set(mine.values_list("round__submission__summary__topic", flat=True))

    @cached_property
    def piles(self) -> list[Pile]:
        """The topics that they have begun and not finished: what is nearest to done first."""
        rounds = {each.submission.summary.topic_id: each for each in self.own}
        piles = [
            Pile(book, rounds.get(book.topic.pk))
            for book in self.notebooks
            if book.topic.pk not in self.accepted and (book.steps.begun or book.topic.pk in rounds)
        ]
        return sorted(piles, key=lambda pile: -sum(step == Step.DONE for step in pile.steps))

    @cached_property
    def untouched(self) -> Notebook | None:
        """The first topic in the list's order that they have not begun."""
        return next((book for book in self.notebooks if not book.steps.begun and book.entries), None)

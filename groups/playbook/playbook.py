"""A group's playbook: the accepted summaries, topic by topic, one column for each prompt of the list."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from catalog.outline.method import Prompt
from catalog.outline.section import Section
from groups.members.group import Group
from groups.reviews.group_progress import tier_name, tiers_of
from groups.reviews.review_round import ReviewRound
from notes.revision import Answer
from readlist_site.base.accounts.models import FORMER_MEMBER, User

# What an address says of an author who has no account any more, and of topics that stand under no tier.
NOBODY = "none"


@dataclass(frozen=True)
class Cell:
    """What one summary says to one prompt. The list may ask it in other words today, or not have asked it then."""

    prompt: Prompt
    answer: Answer | None

    @property
    def reworded(self) -> bool:
        return bool(self.answer and self.answer.prompt_text != self.prompt.text)


@dataclass(frozen=True)
class PlaybookEntry:
    """One accepted summary: a cell for each prompt of today, and its answers to prompts of former days."""

    round: ReviewRound
    cells: list[Cell]
    retired_answers: list[Answer]

    @property
    def author(self) -> User | None:
        return self.round.submission.summary.author

    @property
    def approvers(self) -> list:
        """Who approved the revision, whatever they say today; None among them for a former member."""
        return [review.reviewer for review in self.round.approvals]


@dataclass(frozen=True)
class Chapter:
    """A topic, with what was accepted on it; where nothing was yet, what waits."""

    topic: Section
    entries: list[PlaybookEntry] = field(default_factory=list)
    waiting: list[ReviewRound] = field(default_factory=list)


@dataclass(frozen=True)
class Contents:
    """What a group's playbook holds: the topics and authors of its summaries, the topics in the list's order."""

    group: Group
    summaries: list[tuple[Section, User | None]]
    tiers: dict[int, Section | None]

    @property
    def tier_choices(self) -> list[tuple[str, str]]:
        """The tiers that something was accepted in, by what an address calls them."""
        found = dict.fromkeys(self.tiers[topic.pk] for topic, _ in self.summaries)
        return [(self._key(tier), tier_name(tier)) for tier in found]

    def author_choices(self, viewer) -> list[tuple[str, str]]:
        """Whose summaries it holds, the viewer's own first."""
        people = {author for _, author in self.summaries}
        inside = sorted(people - {None}, key=lambda person: (person != viewer, person.display_name.casefold()))
        names = [(self._key(person), "You" if person == viewer else person.display_name) for person in inside]
        return names + ([(NOBODY, FORMER_MEMBER.capitalize())] if None in people else [])

    def topics_in(self, tier: str) -> list[int]:
        """The topics under a tier, by what an address calls it."""
        return [topic for topic, above in self.tiers.items() if self._key(above) == tier]

    @staticmethod
    def _key(thing: Section | User | None) -> str:
        return str(thing.pk) if thing else NOBODY


def contents_of(group: Group) -> Contents:
    """In two queries, without the texts."""
    headings = list(Section.objects.filter(list=group.list_id).order_by("position", "pk"))
    in_list_order = ReviewRound.objects.in_playbook(group).order_by(
        "submission__summary__topic__position", "acceptance_date"
    )
    summaries = [each.submission.summary for each in in_list_order]
    return Contents(group, [(each.topic, each.author) for each in summaries], tiers_of(headings))


@dataclass(frozen=True)
class Playbook:
    group: Group
    prompts: list[Prompt]
    chapters: list[Chapter]

    @property
    def entries(self) -> list[PlaybookEntry]:
        return [entry for chapter in self.chapters for entry in chapter.entries]

    @property
    def summaries(self) -> int:
        """How many are accepted."""
        return len(self.entries)

    @property
    def topics(self) -> int:
        """On how many topics."""
        return sum(bool(chapter.entries) for chapter in self.chapters)


def build_playbook(contents: Contents, *, tier: str = "", author: str = "") -> Playbook:
    """The playbook, or what of it stands under one tier, or is one author's. The same few queries however much it is.

    A topic that has nothing yet is among the chapters while somebody's summary of it waits."""
    group, prompts = contents.group, list(contents.group.list.prompts.not_retired())
    wanted = Q()
    if tier:
        wanted &= Q(submission__summary__topic__in=contents.topics_in(tier))
    if author:
        wanted &= Q(submission__summary__author=None if author == NOBODY else author)
    rounds = ReviewRound.objects.filter(wanted, submission__group=group)
    chapters: dict[int, Chapter] = {}
    for round in rounds.in_playbook(group).with_approvals():
        topic = round.submission.summary.topic
        chapters.setdefault(topic.pk, Chapter(topic)).entries.append(_playbook_entry(round, prompts))
    agreed = {topic.pk for topic, _ in contents.summaries}
    waiting = defaultdict(list)
    open_rounds = rounds.awaiting_review().exclude(submission__summary__topic__in=agreed)
    for round in open_rounds.with_status_data().order_by("submitted_at", "pk"):
        waiting[round.submission.summary.topic].append(round)
    for topic, rounds in waiting.items():
        chapters[topic.pk] = Chapter(topic, waiting=rounds)
    return Playbook(group, prompts, sorted(chapters.values(), key=lambda chapter: chapter.topic.position))


def _playbook_entry(round: ReviewRound, prompts: list[Prompt]) -> PlaybookEntry:
    answers = {answer.prompt_id: answer for answer in round.revision.answers.all()}
    cells = [Cell(prompt, answers.pop(prompt.pk, None)) for prompt in prompts]
    return PlaybookEntry(round, cells, list(answers.values()))

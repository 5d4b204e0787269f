"""A group's playbook: the accepted summaries, topic by topic, one column for each prompt of the list."""

from collections import defaultdict
from dataclasses import dataclass, field

from catalog.models import Prompt, Section
from groups.models import Acceptance, Group, Round
from notes.models import Answer


@dataclass(frozen=True)
class Cell:
    """What one summary says to one prompt. The list may ask it in other words today, or not have asked it then."""

    prompt: Prompt
    answer: Answer | None

    @property
    def reworded(self) -> bool:
        return bool(self.answer and self.answer.prompt_text != self.prompt.text)


@dataclass(frozen=True)
class Entry:
    """One accepted summary: a cell for each prompt of today, and its answers to prompts of former days."""

    acceptance: Acceptance
    cells: list[Cell]
    former: list[Answer]

    @property
    def approvers(self) -> list:
        """Who approved the revision; None among them for a former member."""
        return [review.reviewer for review in self.acceptance.round.approvals]


@dataclass(frozen=True)
class Chapter:
    """A topic, with what was accepted on it; where nothing was yet, what waits."""

    topic: Section
    entries: list[Entry] = field(default_factory=list)
    waiting: list[Round] = field(default_factory=list)


@dataclass(frozen=True)
class Playbook:
    prompts: list[Prompt]
    chapters: list[Chapter]

    @property
    def summaries(self) -> int:
        """How many are accepted."""
        return sum(len(chapter.entries) for chapter in self.chapters)

    @property
    def topics(self) -> int:
        """On how many topics."""
        return sum(bool(chapter.entries) for chapter in self.chapters)


def playbook_of(group: Group) -> Playbook:
    """All of a group's playbook, in the same few queries however much it is."""
    prompts = list(group.list.prompts.standing())
    chapters: dict[int, Chapter] = {}
    for acceptance in Acceptance.objects.in_playbook(group):
        topic = acceptance.round.submission.summary.topic
        chapters.setdefault(topic.pk, Chapter(topic)).entries.append(_entry(acceptance, prompts))
    waiting = defaultdict(list)
    for round in Round.objects.waiting().filter(submission__group=group).with_facts().order_by("submitted_at", "pk"):
        waiting[round.submission.summary.topic].append(round)
    for topic, rounds in waiting.items():
        chapters.setdefault(topic.pk, Chapter(topic, waiting=rounds))
    return Playbook(prompts, sorted(chapters.values(), key=lambda chapter: chapter.topic.position))


def _entry(acceptance: Acceptance, prompts: list[Prompt]) -> Entry:
    answers = {answer.prompt_id: answer for answer in acceptance.round.revision.answers.all()}
    cells = [Cell(prompt, answers.pop(prompt.pk, None)) for prompt in prompts]
    return Entry(acceptance, cells, list(answers.values()))

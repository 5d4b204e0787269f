"""The differences between two revisions, by prompt."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import cached_property

from notes.revision import Answer
from readlist_site.base.text import Diff, diff


@dataclass(frozen=True)
class AnswerPair:
    """An answer, and the answer to the same prompt in the revision that it is compared with, if any."""

    answer: Answer
    before: Answer | None = None
    compared: bool = False

    @cached_property
    def change(self) -> Diff | None:
        """The diff to the other answer; None if nothing is compared."""
        return diff(self.before.body_html if self.before else "", self.answer.body_html) if self.compared else None

    @property
    def unchanged(self) -> bool:
        """Whether the answer is the same in both."""
        return bool(self.change and self.before and self.change.unchanged)


@dataclass(frozen=True)
class RevisionComparison:
    """All answers of a revision, and those of the other one to prompts that this one has no answer to (`gone`)."""

    passages: list[AnswerPair]
    gone: list[Answer]

    @property
    def answers_changed(self) -> int:
        """The number of answers that are new or changed."""
        return sum(not passage.unchanged for passage in self.passages)

    @property
    def words_new(self) -> int:
        return sum(passage.change.words_new for passage in self.passages if passage.change)

    @property
    def words_gone(self) -> int:
        gone = sum(diff(answer.body_html, "").words_gone for answer in self.gone)
        return gone + sum(passage.change.words_gone for passage in self.passages if passage.change)


def compare_answers(answers: Iterable[Answer], before: Iterable[Answer] | None = None) -> RevisionComparison:
    """Returns the answers of a revision, each compared with that of another revision, if given."""
    others = {answer.prompt_id: answer for answer in before or ()}
    pairs = [AnswerPair(answer, others.pop(answer.prompt_id, None), before is not None) for answer in answers]
    return RevisionComparison(pairs, list(others.values()))

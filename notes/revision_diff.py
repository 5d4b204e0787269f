"""What became of each answer from one revision to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from notes.revision import Answer
from readlist_site.base.text import Diff, diff


@dataclass(frozen=True)
class AnswerPair:
    """An answer, beside the one to the same prompt in the revision it is compared with; or alone, if with none."""

    answer: Answer
    before: Answer | None = None
    compared: bool = False

    @cached_property
    def change(self) -> Diff | None:
        """What has become of the other answer. None where nothing is compared."""
        return diff(self.before.body_html if self.before else "", self.answer.body_html) if self.compared else None

    @property
    def unchanged(self) -> bool:
        """Whether it reads as it did."""
        return bool(self.change and self.before and self.change.unchanged)


@dataclass(frozen=True)
class RevisionComparison:
    """All answers of a revision, with those of the other one that it has no prompt for (`gone`)."""

    passages: list[AnswerPair]
    gone: list[Answer]

    @property
    def answers_changed(self) -> int:
        """How many answers don't read as they did."""
        return sum(not passage.unchanged for passage in self.passages)

    @property
    def words_new(self) -> int:
        return sum(passage.change.words_new for passage in self.passages if passage.change)

    @property
    def words_gone(self) -> int:
        gone = sum(diff(answer.body_html, "").words_gone for answer in self.gone)
        return gone + sum(passage.change.words_gone for passage in self.passages if passage.change)


def compare_answers(answers: Iterable[Answer], before: Iterable[Answer] | None = None) -> RevisionComparison:
    """The answers of a revision beside those of another, by prompt; or as they are, if there is no other."""
    others = {answer.prompt_id: answer for answer in before or ()}
    pairs = [AnswerPair(answer, others.pop(answer.prompt_id, None), before is not None) for answer in answers]
    return RevisionComparison(pairs, list(others.values()))

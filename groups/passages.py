"""A submitted text as it is read: answer by answer, what changed in each, and what was said of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from groups.models import Review, Round, Verdict
from notes.models import Answer
from readlist_site.text import Diff, diff


@dataclass(frozen=True)
class Said:
    """A review and the round it spoke of; with the verdict, where it is about one answer."""

    review: Review
    round: Round
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Passage:
    """One answer of the round that is read, beside the answer to the same prompt in an earlier one to compare."""

    answer: Answer
    before: Answer | None
    said: list[Said]
    compared: bool

    @cached_property
    def change(self) -> Diff | None:
        """What has become of the earlier answer. None where nothing is compared."""
        return diff(self.before.body_html if self.before else "", self.answer.body_html) if self.compared else None

    @property
    def unchanged(self) -> bool:
        """Whether it reads as it did."""
        return bool(self.change and self.before and self.change.unchanged)


@dataclass(frozen=True)
class Text:
    """All of a revision, with what an earlier one said and the others have no prompt for any more."""

    round: Round
    since: Round | None
    passages: list[Passage]
    gone: list[Answer]
    reviews: list[Said]

    @property
    def words_new(self) -> int:
        return sum(passage.change.words_new for passage in self.passages if passage.change)

    @property
    def words_gone(self) -> int:
        gone = sum(diff(answer.body_html, "").words_gone for answer in self.gone)
        return gone + sum(passage.change.words_gone for passage in self.passages if passage.change)


def text_of(round: Round, since: Round | None = None, talk: Iterable[Round] = ()) -> Text:
    """Read a round, beside what was said in the rounds of `talk`; compared with an earlier one if one is given.

    Takes rounds that came `with_facts`, and a fixed number of queries."""
    talk = sorted(talk, key=lambda each: each.pk)
    both = [round, *([since] if since else [])]
    prefetch_related_objects(both, "revision__answers", "revision__based_on__source")
    verdicts = Verdict.objects.select_related("answer")
    prefetch_related_objects(talk, Prefetch("reviews__verdicts", verdicts))
    said = [
        Said(review, each, verdict)
        for each in talk
        for review in each.reviews.all()
        for verdict in review.verdicts.all()
    ]
    earlier = {answer.prompt_id: answer for answer in since.revision.answers.all()} if since else {}
    passages = [
        Passage(
            answer=answer,
            before=earlier.pop(answer.prompt_id, None),
            said=[each for each in said if each.verdict.answer.prompt_id == answer.prompt_id],
            compared=since is not None,
        )
        for answer in round.revision.answers.all()
    ]
    reviews = [Said(review, each) for each in talk for review in each.reviews.all()]
    return Text(round, since, passages, list(earlier.values()), reviews)

"""A submitted text as it is read: answer by answer, what changed in each, what was said of it and what was replied."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from notes.revision import Answer
from notes.revision_diff import AnswerPair, RevisionComparison, compare_answers

from .reply import CommentReply
from .review import Review, Verdict
from .review_round import ReviewRound

WORDS = {
    CommentReply.Response.ADDRESSED: "addressed",
    CommentReply.Response.DISAGREE: "disagreed",
    CommentReply.Response.LATER: "left for later",
    "": "not answered",
}


@dataclass(frozen=True)
class Comment:
    """A review and the round it spoke of; with the verdict, where it is about one answer. `reply` is what the author
    said to it with a later revision."""

    review: Review
    round: ReviewRound
    verdict: Verdict | None = None
    reply: CommentReply | None = None

    @property
    def text_html(self) -> str:
        """What it says beyond a word, as HTML."""
        return self.verdict.comment_html if self.verdict else self.review.overall_html

    @property
    def is_left_for_later(self) -> bool:
        return self.reply is not None and self.reply.response == CommentReply.Response.LATER

    @property
    def key(self) -> str:
        """Names it in a form: "v12", "r5"."""
        return f"v{self.verdict.pk}" if self.verdict else f"r{self.review.pk}"


@dataclass(frozen=True)
class ReplyTally:
    """Comments, each with its reply if it has one."""

    comments: Sequence[Comment]

    @property
    def words(self) -> str:
        """ "2 addressed, 1 disagreed, 1 left for later"; nothing where nobody commented."""
        counts = Counter(each.reply.response if each.reply else "" for each in self.comments)
        return ", ".join(f"{counts[word]} {words}" for word, words in WORDS.items() if counts[word])

    @property
    def is_answered(self) -> bool:
        """Whether the author replied to any of it."""
        return any(each.reply for each in self.comments)

    @property
    def open(self) -> list[Comment]:
        """What was not said to be addressed."""
        return [
            each for each in self.comments if not each.reply or each.reply.response != CommentReply.Response.ADDRESSED
        ]


@dataclass(frozen=True)
class Passage(AnswerPair):
    """One answer of the round that is read, with what was said of it."""

    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class AnnotatedRevision(RevisionComparison):
    """All of a revision, with what was said of the whole."""

    passages: list[Passage]
    round: ReviewRound
    since: ReviewRound | None
    overall_comments: list[Comment]

    @property
    def written_comments(self) -> list[Comment]:
        """All that was said in words: of each answer, then of the whole."""
        said = [*(said for passage in self.passages for said in passage.comments), *self.overall_comments]
        return [each for each in said if each.text_html]

    @property
    def why(self) -> str:
        """One line on why it changed, for a group that knows what it was."""
        came_before = any(each.pk < self.round.pk for each in self.round.submission.rounds.all())
        return self.round.why if came_before else ""

    @property
    def tally(self) -> ReplyTally:
        """How the author answered what was said of earlier revisions."""
        return ReplyTally([each for each in self.written_comments if each.round.pk < self.round.pk])

    def tally_for(self, reviewer) -> ReplyTally:
        """How they answered what one reviewer said."""
        return ReplyTally([each for each in self.tally.comments if each.review.reviewer == reviewer])

    @property
    def open(self) -> list[tuple[Answer | None, Comment]]:
        """What was not said to be addressed, each with the answer that it was said of; None for the whole."""
        said = [(passage.answer, each) for passage in self.passages for each in passage.comments]
        still = self.tally.open
        return [
            (answer, each)
            for answer, each in (*said, *((None, each) for each in self.overall_comments))
            if each in still
        ]


def annotate_revision(
    round: ReviewRound, since: ReviewRound | None = None, talk: Iterable[ReviewRound] = ()
) -> AnnotatedRevision:
    """Read a round, beside what was said in the rounds of `talk`; compared with an earlier one if one is given.

    Takes rounds that came `with_status_data`, and a fixed number of queries."""
    talk = sorted(talk, key=lambda each: each.pk)
    _fetch([round, *([since] if since else [])], talk)
    return _read(round, since, talk)


def revisions_to_answer(rounds: Iterable[ReviewRound]) -> list[AnnotatedRevision]:
    """Read several, each beside what its author has to answer with the next revision: what was said of it, and what
    they left for later before. In no more queries than one takes."""
    talks = {each: [one for one in each.submission.rounds.all() if one.pk <= each.pk] for each in rounds}
    _fetch([*talks], [one for talk in talks.values() for one in talk])
    return [
        _read(each, None, talk, lambda said, each=each: said.round == each or said.is_left_for_later)
        for each, talk in talks.items()
    ]


def _fetch(read: list[ReviewRound], talk: list[ReviewRound]) -> None:
    prefetch_related_objects(read, "revision__answers", "revision__based_on__source")
    replies = CommentReply.objects.select_related("round")
    prefetch_related_objects(
        talk,
        Prefetch("reviews__verdicts", Verdict.objects.select_related("answer")),
        Prefetch("reviews__verdicts__replies", replies),
        Prefetch("reviews__replies", replies),
    )


def _read(
    round: ReviewRound,
    since: ReviewRound | None,
    talk: list[ReviewRound],
    matters: Callable[[Comment], bool] = lambda said: True,
) -> AnnotatedRevision:
    whole = [Comment(review, each, None, _reply(review)) for each in talk for review in each.reviews.all()]
    parts = [
        Comment(said.review, said.round, verdict, _reply(verdict))
        for said in whole
        for verdict in said.review.verdicts.all()
    ]
    reviews, said = list(filter(matters, whole)), list(filter(matters, parts))
    compared = compare_answers(round.revision.answers.all(), since.revision.answers.all() if since else None)
    passages = [
        Passage(
            pair.answer,
            pair.before,
            pair.compared,
            tuple(each for each in said if each.verdict.answer.prompt_id == pair.answer.prompt_id),
        )
        for pair in compared.passages
    ]
    return AnnotatedRevision(passages, compared.gone, round, since, reviews)


def _reply(comment: Review | Verdict) -> CommentReply | None:
    """What was said to it last."""
    return max(comment.replies.all(), key=lambda reply: reply.round_id, default=None)

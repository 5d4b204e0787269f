"""A submitted revision with the comments on each answer, the replies to them, and the changes since an earlier one."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import F, QuerySet
from django.utils.functional import cached_property

from notes.revision import Answer, BasedOn
from notes.revision_diff import AnswerPair, RevisionComparison, compare_answers
from readlist_site.base.accounts.models import User
from readlist_site.base.text import mark_words, visible_passage
from readlist_site.base.web.together import Together, attach

from .comment_thread import CommentMessage, CommentThread, is_resolved
from .reply import CommentReply
from .review import Review
from .review_round import ReviewRound
from .review_version import ReviewVersion
from .verdict import Verdict


@dataclass(frozen=True)
class Comment:
    """A review's comment on the whole, or, with a `verdict`, its comment on one answer or on words of it. `reply` is
    the author's latest. `words` is where the words that it is on are in the Markdown of the answer that is read; None
    if they have changed."""

    review: Review
    round: ReviewRound
    verdict: Verdict | None = None
    reply: CommentReply | None = None
    thread: CommentThread | None = None
    words: range | None = None

    @property
    def text_html(self) -> str:
        """The comment as HTML, or the edit that it suggests; "" if the review holds no more than a verdict or a
        decision."""
        if self.verdict:
            return self.verdict.comment_html or self.verdict.suggestion_html
        return self.review.overall_html

    @property
    def is_on_words(self) -> bool:
        return self.verdict is not None and self.verdict.is_on_words

    @property
    def is_left_for_later(self) -> bool:
        return self.reply is not None and self.reply.response == CommentReply.Response.LATER

    @property
    def messages(self) -> list[CommentMessage]:
        """What was said under it; nothing if all of that was deleted."""
        said = list(self.thread.messages.all()) if self.thread else []
        return said if any(each.is_readable for each in said) else []

    @property
    def asks_for_something(self) -> bool:
        """Whether it has a text, and that asks for a change or a reply: beside "Holds up", with an approval, or in a
        change request that was withdrawn or has ended, it doesn't. Words have no verdict of their own."""
        has_verdict = self.verdict is not None and not self.verdict.is_on_words
        content = self.verdict.value == Verdict.Value.HOLDS if has_verdict else self.review.approves
        return bool(self.text_html) and not content and self.review.withdrawn_at is None

    @property
    def is_resolved(self) -> bool:
        """Whether it was marked as resolved, or the author's reply says "addressed" and it was not reopened since."""
        return is_resolved(self.thread, self.reply)

    @property
    def is_open(self) -> bool:
        """Whether it asks for something and is not resolved."""
        return self.asks_for_something and not self.is_resolved

    @property
    def is_reopened(self) -> bool:
        """Whether it was reopened, and the author has not replied since."""
        reopened_at = self.thread and self.thread.reopened_at
        return bool(self.is_open and reopened_at) and not (self.reply and self.reply.round.shown_at > reopened_at)

    def can_be_answered_after(self, latest: ReviewRound) -> bool:
        """Return whether its author replies to it with the revision after `latest`: it is not resolved, and is on that
        round; or it is on an earlier one and is open without a reply, was left for later or was reopened."""
        if self.is_resolved:
            return False
        is_left = self.is_left_for_later or self.is_reopened or (self.is_open and self.reply is None)
        return self.round == latest or is_left

    @property
    def mark(self) -> str:
        """The id of the words that it is on, in the answer."""
        return f"words-{self.key}"

    @property
    def key(self) -> str:
        """The suffix of its form fields: "v12" for a verdict, "r5" for a review."""
        return f"v{self.verdict.pk}" if self.verdict else f"r{self.review.pk}"


@dataclass(frozen=True)
class ReplyTally:
    """Counts the author's replies to some comments."""

    comments: Sequence[Comment]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The responses that were given, "" for no reply, each with its number of comments."""
        counts = Counter(each.reply.response if each.reply else "" for each in self.comments)
        return [(response, counts[response]) for response in [*CommentReply.Response.values, ""] if counts[response]]

    @property
    def is_answered(self) -> bool:
        """Whether the author replied to any of the comments."""
        return any(each.reply for each in self.comments)

    @property
    def open(self) -> list[Comment]:
        """The comments that ask for something and are not resolved."""
        return [each for each in self.comments if each.is_open]


@dataclass(frozen=True)
class Passage(AnswerPair):
    """One answer of the round, compared with an earlier one, with the comments on it."""

    comments: tuple[Comment, ...] = ()

    @cached_property
    def _marks(self) -> dict[str, range]:
        """The visible characters of the words that comments are on, by the id of their mark."""
        body, html = self.answer.body, self.answer.body_html
        found = {each.mark: visible_passage(body, html, each.words) for each in self.comments if each.words}
        return {mark: shown for mark, shown in found.items() if shown}

    @property
    def marked_html(self) -> str:
        """The answer, with its changes if it is compared, and with marks on the words that comments are on."""
        html = self.change.html if self.change else self.answer.body_html
        return mark_words(html, self._marks) if self._marks else html

    @property
    def clean_html(self) -> str:
        """The same without the changes, and without ids, to be shown beside the other."""
        html = self.answer.body_html
        return mark_words(html, self._marks, named=False) if self._marks else html


@dataclass(frozen=True)
class AnnotatedRevision(RevisionComparison):
    """A revision with the comments on its answers and on the whole, compared with the round `since` if one is given."""

    passages: list[Passage]
    round: ReviewRound
    since: ReviewRound | None
    overall_comments: list[Comment]
    credited: list[User | None] = field(default_factory=list)
    """The reviewers whose suggested edits the author applied in this round; None for former members."""

    @property
    def written_comments(self) -> list[Comment]:
        """All comments that have a text: on each answer, then on the whole."""
        said = [*(said for passage in self.passages for said in passage.comments), *self.overall_comments]
        return [each for each in said if each.text_html]

    @property
    def open_comments(self) -> list[Comment]:
        """The comments that ask for something and are not resolved, in the order of the page."""
        return [each for each in self.written_comments if each.is_open]

    @property
    def why(self) -> str:
        """The author's line on why the text changed; "" for the first round of a submission."""
        return self.round.why if self.round.earlier_rounds else ""

    @property
    def tally(self) -> ReplyTally:
        """Counts the replies to comments on earlier revisions."""
        return ReplyTally([each for each in self.written_comments if each.round.pk < self.round.pk])

    def tally_for(self, reviewer) -> ReplyTally:
        """Return the tally of replies to one reviewer's comments."""
        return ReplyTally([each for each in self.tally.comments if each.review.reviewer == reviewer])

    @property
    def open(self) -> list[tuple[Answer | None, Comment]]:
        """The open comments on earlier revisions, each with its answer, or None for the whole."""
        said = [(passage.answer, each) for passage in self.passages for each in passage.comments]
        still = self.tally.open
        return [
            (answer, each)
            for answer, each in (*said, *((None, each) for each in self.overall_comments))
            if each in still
        ]


def annotate_revision(
    round: ReviewRound,
    since: ReviewRound | None = None,
    talk: Iterable[ReviewRound] = (),
    earlier: Iterable[ReviewRound] = (),
    named: str = "",
) -> AnnotatedRevision:
    """Return a round with the comments made in the rounds of `talk`, and those made in the rounds of `earlier` that are
    still open or have the key `named`, compared with the round `since` if one is given.

    Takes rounds fetched `with_status`. One statement."""
    talk, earlier = set(talk), set(earlier)
    heard = sorted(talk | earlier, key=lambda each: each.pk)
    _fetch([round, *([since] if since else [])], heard)
    return _read(round, since, heard, lambda said: said.round in talk or said.is_open or said.key == named)


def revisions_to_answer(rounds: Iterable[ReviewRound]) -> list[AnnotatedRevision]:
    """Return those of the rounds that have comments to which their author can reply, with these comments (see
    `Comment.can_be_answered_after`). Uses as many queries as one round does."""
    talks = {each: [one for one in each.submission.rounds.all() if one.pk <= each.pk] for each in rounds}
    if not talks:
        return []
    _fetch([*talks], [one for talk in talks.values() for one in talk])
    texts = [
        _read(each, None, talk, lambda said, each=each: said.can_be_answered_after(each))
        for each, talk in talks.items()
    ]
    return [text for text in texts if text.overall_comments or text.written_comments]


@Together
def _texts_and_comments(revisions: list[int], rounds: list[int]) -> list[QuerySet]:
    replies = CommentReply.objects.select_related("round")
    return [
        Answer.objects.filter(revision__in=revisions).order_by("position"),
        BasedOn.objects.filter(revision__in=revisions).select_related("source").order_by("position"),
        Verdict.objects.filter(review__round__in=rounds)
        .select_related("answer")
        .order_by("answer__position", F("offset").asc(nulls_first=True)),
        replies.filter(verdict__review__round__in=rounds).order_by(),
        replies.filter(review__round__in=rounds).order_by(),
        ReviewVersion.objects.filter(review__round__in=rounds).order_by("replaced_at", "pk"),
        CommentThread.objects.filter(round__in=rounds).select_related("resolved_by").defer("resolved_by__password"),
        CommentMessage.objects.filter(thread__round__in=rounds).select_related("author").defer("author__password"),
    ]


def _fetch(read: list[ReviewRound], talk: list[ReviewRound]) -> None:
    """Fetch the texts of these rounds, and what was said in those. One statement."""
    answers, based_on, verdicts, to_verdicts, to_reviews, versions, threads, messages = _texts_and_comments(
        revisions=[each.revision_id for each in read], rounds=[each.pk for each in talk]
    )
    for round in read:
        attach(round.revision, "answers", [each for each in answers if each.revision_id == round.revision_id])
        attach(round.revision, "based_on", [each for each in based_on if each.revision_id == round.revision_id])
    for thread in threads:
        attach(thread, "messages", [each for each in messages if each.thread_id == thread.pk])
    threads_of = {thread.comment_key: thread for thread in threads}
    for verdict in verdicts:
        verdict.thread = threads_of.get(f"v{verdict.pk}")
        attach(verdict, "replies", [each for each in to_verdicts if each.verdict_id == verdict.pk])
    for review in (review for round in talk for review in round.reviews.all()):
        review.thread = threads_of.get(f"r{review.pk}")
        attach(review, "verdicts", [each for each in verdicts if each.review_id == review.pk])
        attach(review, "replies", [each for each in to_reviews if each.review_id == review.pk])
        attach(review, "versions", [each for each in versions if each.review_id == review.pk])
        for verdict in review.verdicts.all():
            verdict.review = review


def _read(
    round: ReviewRound,
    since: ReviewRound | None,
    talk: list[ReviewRound],
    matters: Callable[[Comment], bool] = lambda said: True,
) -> AnnotatedRevision:
    whole = [
        Comment(review, each, None, _reply(review), review.thread) for each in talk for review in each.reviews.all()
    ]
    parts = [
        Comment(said.review, said.round, verdict, _reply(verdict), verdict.thread)
        for said in whole
        for verdict in said.review.verdicts.all()
    ]
    parts = [each for each in parts if each.messages or not each.verdict.is_emptied]
    reviews, said = list(filter(matters, whole)), list(filter(matters, parts))
    compared = compare_answers(round.revision.answers.all(), since.revision.answers.all() if since else None)
    passages = [
        Passage(
            pair.answer,
            pair.before,
            pair.compared,
            tuple(_on(pair.answer, each) for each in said if each.verdict.answer.prompt_id == pair.answer.prompt_id),
        )
        for pair in compared.passages
    ]
    replies = [(said, reply) for said in parts for reply in said.verdict.replies.all()]
    credited = [said.review.reviewer for said, reply in replies if reply.applied and reply.round_id == round.pk]
    return AnnotatedRevision(passages, compared.gone, round, since, reviews, list(dict.fromkeys(credited)))


def _on(answer: Answer, comment: Comment) -> Comment:
    """Return a comment as it is shown with this answer: with the place of the words that it is on."""
    return replace(comment, words=comment.verdict.passage_in(answer.body)) if comment.is_on_words else comment


def _reply(comment: Review | Verdict) -> CommentReply | None:
    """Return the latest reply to a comment."""
    return max(comment.replies.all(), key=lambda reply: reply.round_id, default=None)

"""What a reviewer sees who knows an earlier revision: the one it is compared with, and the verdicts that still hold."""

from django.db.models import Max, prefetch_related_objects

from notes.revision import Answer

from .annotated_revision import AnnotatedRevision, annotate_revision
from .review import Review
from .review_draft import ReviewDraft
from .review_round import ReviewRound


def review_by(person, round: ReviewRound) -> Review | None:
    """Return a person's review of this round, or None."""
    return next((each for each in round.fetched_reviews if each.reviewer == person), None)


def earlier_review_by(person, round: ReviewRound) -> Review | None:
    """Return a person's latest review of an earlier revision, or None."""
    return next((review for each in reversed(round.earlier_rounds) if (review := review_by(person, each))), None)


def revision_to_review(round: ReviewRound, reviewer, draft: ReviewDraft | None) -> AnnotatedRevision:
    """Return the revision compared with the earlier one that the reviewer reviewed, or else started to review; with the
    comments on that one if they reviewed it. `draft`: their latest."""
    read = earlier_review_by(reviewer, round)
    known = read.round_id if read else _started_before(reviewer, round, draft)
    since = next((each for each in round.submission.rounds.all() if each.pk == known), None)
    talk = [since] if read else []
    prefetch_related_objects(talk, "reviews__versions")
    return annotate_revision(round, since, talk)


def _started_before(reviewer, round: ReviewRound, draft: ReviewDraft | None) -> int | None:
    """Return the key of the latest earlier round that a person drafted a review of or claimed, or None."""
    if draft:
        return draft.round_id if draft.round_id < round.pk else None
    claimed = round.submission.rounds.filter(claims__reviewer=reviewer, pk__lt=round.pk)
    return claimed.aggregate(latest=Max("pk"))["latest"]


def carried_over(text: AnnotatedRevision, reviewer) -> dict[str, str]:
    """Return the reviewer's earlier verdicts on answers that have not changed, by field name."""
    return {
        f"verdict_{passage.answer.prompt_id}": comment.verdict.value
        for passage in text.passages
        if passage.unchanged
        for comment in passage.comments
        if comment.review.reviewer == reviewer and not comment.is_on_words
    }


def changed_since(key: int | None, round: ReviewRound) -> set[int]:
    """Return the keys of the prompts whose answers have changed since the round of this key, of the same submission."""
    if key == round.pk:
        return set()
    read = Answer.objects.filter(revision__rounds=key, revision__rounds__submission=round.submission_id)
    before = dict(read.values_list("prompt", "body_html"))
    return {
        answer.prompt_id for answer in round.revision.answers.all() if answer.body_html != before.get(answer.prompt_id)
    }

"""The page on which a review is written, or put in other words: the text, what changed, and the form beside it."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from groups.forms.review import ReviewForm, kept, set_aside
from groups.models import Review, ReviewDraft, Round
from groups.passages import Text, text_of
from groups.status import if_approved
from notes.models import Answer
from readlist_site.drafts import Conflict


def begun(text: Text, reviewer, draft: ReviewDraft | None) -> ReviewForm:
    """The form as its reviewer left it; else with their verdicts on what has not changed since their last review. What
    was typed of an earlier revision is carried over to this one."""
    typed = draft.typed if draft else {}
    changed = changed_since(draft.round_id, text.round) if draft else ()
    return kept(text.passages, typed, changed, carried_over(text, reviewer))


def desk(
    request: HttpRequest,
    text: Text,
    form: ReviewForm,
    *,
    newer: bool = False,
    refusal: str = "",
    conflict: Conflict | None = None,
    correcting: Review | None = None,
) -> HttpResponse:
    """With what was typed in it, whatever has come in between."""
    round = text.round
    draft = ReviewDraft.objects.visible_to(request.user).filter(round=round).first()
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "text": text,
        "form": form,
        "newer": newer,
        "refusal": refusal,
        "conflict": conflict,
        "correcting": correcting,
        "draft": draft,
        "set_aside": set_aside(draft, round) if draft else [],
        "claim": next((each for each in round.live_claims if each.reviewer == request.user), None),
        "read": read_before(request.user, round),
        "if_approved": if_approved(round, request.user, timezone.now()),
    }
    status = 409 if newer or refusal or conflict else 422 if form.is_bound else 200
    return render(request, "groups/review/form.html", context, status=status)


def said_by(person, round: Round) -> Review | None:
    """A person's review of this round."""
    return next((each for each in _reviews_of(round) if each.reviewer == person), None)


def read_before(person, round: Round) -> Review | None:
    """A person's latest review of an earlier revision."""
    earlier = [each for each in round.submission.rounds.all() if each.pk < round.pk]
    return next((review for each in reversed(earlier) if (review := said_by(person, each))), None)


def _reviews_of(round: Round) -> list[Review]:
    return [review for each in round.submission.rounds.all() if each.pk == round.pk for review in each.reviews.all()]


def text_to_review(round: Round, reviewer) -> Text:
    """The text since the revision that the reviewer has read, or begun to; with what was said of that one if they have
    said it, too."""
    read = read_before(reviewer, round)
    known = read.round_id if read else _begun_before(reviewer, round)
    since = next((each for each in round.submission.rounds.all() if each.pk == known), None)
    talk = [since] if read else []
    prefetch_related_objects(talk, "reviews__former")
    return text_of(round, since, talk)


def _begun_before(reviewer, round: Round) -> int | None:
    """The key of the earlier round that a person began to read and did not review: what they typed is of that one."""
    draft = ReviewDraft.objects.latest(reviewer, round.submission)
    earlier = (
        [draft.round_id]
        if draft
        else round.submission.rounds.filter(claims__reviewer=reviewer).values_list("pk", flat=True)
    )
    return max((key for key in earlier if key < round.pk), default=None)


def carried_over(text: Text, reviewer) -> dict[str, str]:
    """The reviewer's verdicts on answers that read as they did then."""
    return {
        f"verdict_{passage.answer.prompt_id}": said.verdict.word
        for passage in text.passages
        if passage.unchanged
        for said in passage.said
        if said.review.reviewer == reviewer
    }


def changed_since(key: int | None, round: Round) -> set[int]:
    """The prompts whose answers have changed since the round of this key, of the same submission."""
    read = Answer.objects.filter(revision__rounds=key, revision__rounds__submission=round.submission_id)
    before = dict(read.values_list("prompt", "body_html"))
    return {
        answer.prompt_id for answer in round.revision.answers.all() if answer.body_html != before.get(answer.prompt_id)
    }

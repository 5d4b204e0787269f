"""The page for writing or editing a review: the text, its changes, and the form."""

from django.db.models import Max, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from groups.reviews.annotated_revision import AnnotatedRevision, annotate_revision
from groups.reviews.forms.review import ReviewForm, alternatives, form_with_typed
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.status import if_approved
from notes.revision import Answer
from readlist_site.base.drafts import Conflict


def begun_form(text: AnnotatedRevision, reviewer, draft: ReviewDraft | None) -> ReviewForm:
    """Return the form with the reviewer's draft, carried over if it is for an earlier revision, and with their earlier
    verdicts on answers that have not changed."""
    typed = draft.typed if draft else {}
    changed = changed_since(draft.round_id, text.round) if draft else ()
    return form_with_typed(text.passages, typed, changed, carried_over(text, reviewer))


def review_page(
    request: HttpRequest,
    text: AnnotatedRevision,
    form: ReviewForm | None = None,
    *,
    newer: bool = False,
    refusal: str = "",
    conflict: Conflict | None = None,
    editing: Review | None = None,
) -> HttpResponse:
    """Render the page; without a form, with what was typed. Status 409 if there is a newer revision, a refusal or a
    conflict, 422 if the form is invalid."""
    round, form = text.round, form or form_with_typed(text.passages, request.POST)
    draft = ReviewDraft.objects.visible_to(request.user).filter(round=round).first()
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "annotated": text,
        "form": form,
        "newer": newer,
        "refusal": refusal,
        "conflict": conflict,
        "editing": editing,
        "draft": draft,
        "alternatives": alternatives(draft, round) if draft else [],
        "claim": next((each for each in round.live_claims if each.reviewer == request.user), None),
        "read": earlier_review_by(request.user, round),
        "if_approved": if_approved(round, request.user, timezone.now()),
    }
    status = 409 if newer or refusal or conflict else 422 if form.is_bound else 200
    return render(request, "groups/reviews/review_form.html", context, status=status)


def review_by(person, round: ReviewRound) -> Review | None:
    """Return a person's review of this round, or None."""
    return next((each for each in round.fetched_reviews if each.reviewer == person), None)


def earlier_review_by(person, round: ReviewRound) -> Review | None:
    """Return a person's latest review of an earlier revision, or None."""
    return next((review for each in reversed(round.earlier_rounds) if (review := review_by(person, each))), None)


def revision_to_review(round: ReviewRound, reviewer) -> AnnotatedRevision:
    """Return the revision compared with the earlier one that the reviewer reviewed, or else started to review; with the
    comments on that one if they reviewed it."""
    read = earlier_review_by(reviewer, round)
    known = read.round_id if read else _started_before(reviewer, round)
    since = next((each for each in round.submission.rounds.all() if each.pk == known), None)
    talk = [since] if read else []
    prefetch_related_objects(talk, "reviews__versions")
    return annotate_revision(round, since, talk)


def _started_before(reviewer, round: ReviewRound) -> int | None:
    """Return the key of the latest earlier round that a person drafted a review of or claimed, or None."""
    draft = ReviewDraft.objects.latest(reviewer, round.submission)
    begun = Q(pk=draft.round_id) if draft else Q(claims__reviewer=reviewer)
    return round.submission.rounds.filter(begun, pk__lt=round.pk).aggregate(latest=Max("pk"))["latest"]


def carried_over(text: AnnotatedRevision, reviewer) -> dict[str, str]:
    """Return the reviewer's earlier verdicts on answers that have not changed, by field name."""
    return {
        f"verdict_{passage.answer.prompt_id}": said.verdict.value
        for passage in text.passages
        if passage.unchanged
        for said in passage.comments
        if said.review.reviewer == reviewer
    }


def changed_since(key: int | None, round: ReviewRound) -> set[int]:
    """Return the keys of the prompts whose answers have changed since the round of this key, of the same submission."""
    read = Answer.objects.filter(revision__rounds=key, revision__rounds__submission=round.submission_id)
    before = dict(read.values_list("prompt", "body_html"))
    return {
        answer.prompt_id for answer in round.revision.answers.all() if answer.body_html != before.get(answer.prompt_id)
    }

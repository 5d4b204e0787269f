"""The page for writing or editing a review: the text, its changes, and the form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from groups.reviews.annotated_revision import AnnotatedRevision
from groups.reviews.forms.review import ReviewForm, alternatives, form_with_typed
from groups.reviews.re_review import carried_over, changed_since, earlier_review_by
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.status import if_approved
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
    draft: ReviewDraft | None = None,
    newer: bool = False,
    refusal: str = "",
    conflict: Conflict | None = None,
    editing: Review | None = None,
) -> HttpResponse:
    """Render the page; without a form, with what was typed. `draft`: the reviewer's latest; it is fetched after a POST,
    which may have saved another. Status 409 if there is a newer revision, a refusal or a conflict, 422 if the form is
    invalid."""
    round, form = text.round, form or form_with_typed(text.passages, request.POST)
    if request.method == "POST":
        draft = ReviewDraft.objects.visible_to(request.user).filter(round=round).first()
    elif draft and draft.round_id != round.pk:
        draft = None
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

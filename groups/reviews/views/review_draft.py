"""Autosave for reviews, and for edits of submitted ones."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from groups.reviews.claim import Claim
from groups.reviews.forms.review import conflict_between, typed_in
from groups.reviews.re_review import review_by, revision_to_review
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.views.submission import get_latest_round
from readlist_site.base.drafts import Conflict, StaleDraft
from readlist_site.base.drafts.autosave_http import (
    autosave_state,
    conflict_choice,
    conflict_response,
    is_autosave,
    mark_arrived,
    saved_response,
)
from readlist_site.base.languages.formats import format_time
from readlist_site.base.web.form_address import form_on

from .review_form import review_page


@form_on("review")
def review_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the draft and renew the user's claims on the submission."""
    latest = get_latest_round(request, pk)
    mine = Claim.objects.filter(round__submission=pk, reviewer=request.user)
    if not mine.exists():
        raise Http404
    round, given = round_on_page(request, latest), review_by(request.user, latest)
    try:
        draft = save_draft(request, round)
    except StaleDraft as other:
        conflict = two_texts(request, round, other)
        if is_autosave(request):
            return conflict_response(request, conflict, form="review-form", action=request.path)
        text = revision_to_review(latest, request.user, ReviewDraft.objects.latest(request.user, pk).first())
        return review_page(request, text, conflict=conflict, editing=given)
    mine.renew()
    if is_autosave(request):
        is_closed = latest.why_not_reviewable(request.user, editing="editing" in request.POST)
        return saved_response(request, draft, has_updates=round != latest or bool(is_closed))
    page = redirect("edit_review" if given else "review", pk)
    if draft:
        messages.success(
            request,
            _("Draft saved at %(time)s. You can continue it later.") % {"time": format_time(draft.saved_at, "Hm")},
        )
        return mark_arrived(request, page)
    return page


def save_draft(request: HttpRequest, round: ReviewRound) -> ReviewDraft | None:
    """Save the form as a draft. Raises StaleDraft if another window saved something else."""
    draft_state = autosave_state(request) | {"choice": conflict_choice(request), "base": request.POST.get("base", "")}
    draft_state["editing"] = "editing" in request.POST
    return ReviewDraft.objects.save_typed(request.user, round, typed_in(round, request.POST), **draft_state)


def two_texts(request: HttpRequest, round: ReviewRound, other: StaleDraft) -> Conflict:
    """Return the conflict between this window's text and the other window's draft, or, if there is none, the submitted
    review."""
    theirs = other.draft or Review.objects.filter(round=round, reviewer=request.user).first()
    return conflict_between(round, typed_in(round, request.POST), theirs)


def round_on_page(request: HttpRequest, latest: ReviewRound) -> ReviewRound:
    """Return the round that the page showed; the latest if the form doesn't name one of the submission."""
    asked = request.POST.get("round")
    return next((each for each in latest.submission.rounds.all() if str(each.pk) == asked), latest)

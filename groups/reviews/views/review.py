"""Writing and submitting a review. Whatever happens meanwhile, what was typed is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.reviews.annotated_revision import AnnotatedRevision
from groups.reviews.claim import Claim
from groups.reviews.forms.review import ReviewForm, form_with_typed
from groups.reviews.re_review import changed_since, earlier_review_by, review_by, revision_to_review
from groups.reviews.review import Review
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_queue import queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.views.submission import get_latest_round, get_round_and_draft
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.drafts.autosave_http import mark_arrived
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.htmx import wants_partial
from readlist_site.base.web.markdown_forms import left_out_of, tell_left_out
from readlist_site.base.web.pagination import whole_number

from .review_draft import round_on_page, save_draft, two_texts
from .review_form import begun_form, review_page


@answered_once
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to a member with a live claim, and an offer to claim the review to others; submit it on POST."""
    round, draft = get_round_and_draft(request, pk)
    if request.method != "POST" and round.why_not_reviewable(request.user):
        return redirect(round.submission)
    if review_by(request.user, round):
        return sent_already(request, round, draft)
    if round.submission.summary.author == request.user:
        messages.warning(request, str(round.why_not_reviewable(request.user)))
        return redirect(round.submission)
    held = Claim.objects.filter(round__submission=pk, reviewer=request.user)
    is_sent = request.method == "POST" and held.exists()
    if not is_sent and not any(each.reviewer == request.user for each in round.live_claims):
        return offer(request, round, draft, claim_expired=held.filter(round=round).exists())
    text = revision_to_review(round, request.user, draft)
    if is_sent:
        return send(request, text, draft)
    return review_page(request, text, begun_form(text, request.user, draft), draft=draft)


def send(request: HttpRequest, text: AnnotatedRevision, draft: ReviewDraft | None) -> HttpResponse:
    """Submit the review if it is valid and its round can still be reviewed. What was typed is saved as a draft
    first. `draft`: the latest before that."""
    round = text.round
    try:
        save_draft(request, typed_on := round_on_page(request, round))
    except StaleDraft as other:
        return review_page(request, text, conflict=two_texts(request, typed_on, other))
    if request.POST.get("round") != str(round.pk):
        changed = changed_since(whole_number(request.POST.get("round")), round)
        return review_page(request, text, form_with_typed(text.passages, request.POST, changed), newer=True)
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return review_page(request, text, form)
    try:
        claim = round.claims.not_ended().filter(reviewer=request.user).first() or round.claim(request.user)
        if claim is None:
            raise RuleViolation("claim_expired")
        data = form.cleaned_data
        Review.objects.submit(claim, data["decision"], data["overall"], form.verdicts())
        # After its transaction, in which texts should not be rendered: a review of a round is unique in itself.
        record_sent(request, round.submission.get_absolute_url())
    except RuleViolation as refusal:
        if Review.objects.filter(round=round, reviewer=request.user).exists():
            return sent_already(request, get_latest_round(request, round.submission_id), draft)
        return review_page(request, text, refusal=str(refusal))
    accepted = ReviewRound.objects.get(pk=round.pk).accepted_at
    if accepted:
        messages.success(request, _("Your review was sent. The summary is accepted and in the playbook."))
    else:
        messages.success(request, _("Your review was sent to the author."))
    tell_left_out(request, left_out_of(form))
    return mark_arrived(request, redirect(round.submission))


def sent_already(request: HttpRequest, round: ReviewRound, latest: ReviewDraft | None) -> HttpResponse:
    """Answer a POST for a round that the user has reviewed already, by a second click or from another window. Text that
    the review doesn't hold is saved as a draft of its edit."""
    try:
        draft = save_draft(request, typed_on := round_on_page(request, round))
    except StaleDraft as other:
        text, my_review = revision_to_review(round, request.user, latest), review_by(request.user, round)
        return review_page(request, text, conflict=two_texts(request, typed_on, other), editing=my_review)
    if draft is None:
        messages.warning(
            request, _("You have already reviewed revision %(number)s.") % {"number": typed_on.revision.number}
        )
        return mark_arrived(request, redirect(round.submission))
    messages.warning(
        request,
        _("Your review was sent from another window. Your text here is kept: you can use it to edit your review."),
    )
    return mark_arrived(request, redirect("edit_review", round.submission_id))


def offer(request: HttpRequest, round: ReviewRound, draft: ReviewDraft | None, *, claim_expired: bool) -> HttpResponse:
    """Show a member without a live claim whether they can claim the review, and the draft they have for it."""
    can_claim = any(each.is_available for each in queued_rounds(request.user, round=round.pk))
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "status": round.status_for(request.user),
        "claim_expired": claim_expired,
        "draft": draft,
        "can_claim": can_claim,
        "at_claim_limit": can_claim
        and not earlier_review_by(request.user, round)
        and Claim.objects.at_claim_limit(request.user),
    }
    code = 409 if request.method == "POST" else 200
    return render(request, "groups/reviews/offer.html", context, status=code)


@require_safe
def review_updates(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what changed since the page was loaded: a newer revision, or that the review is submitted or no longer
    possible. Status 204 if nothing changed."""
    round = get_latest_round(request, pk)
    if not wants_partial(request):
        return redirect("review", pk)
    newer = whole_number(request.GET.get("round")) != round.pk
    reason = round.why_not_reviewable(request.user, editing="editing" in request.GET)
    if not newer and not reason:
        return HttpResponse(status=204)
    context = {"round": round, "reason": reason, "given": review_by(request.user, round)}
    return render(request, "groups/reviews/review_updates.html", context)

"""Editing a submitted review, and withdrawing a change request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.members.exceptions import RuleViolation
from groups.reviews.annotated_revision import AnnotatedRevision
from groups.reviews.forms.review import ReviewForm, form_with_typed
from groups.reviews.re_review import earlier_review_by, review_by, revision_to_review
from groups.reviews.review import Review
from groups.reviews.review_round import ReviewRound
from groups.reviews.views.submission import get_latest_round, get_round_and_draft
from readlist_site.base.drafts import StaleDraft
from readlist_site.base.drafts.autosave_http import mark_arrived
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.markdown_forms import left_out_of, tell_left_out

from .review_draft import round_on_page, save_draft, two_texts
from .review_form import review_page


@require_http_methods(["GET", "HEAD", "POST"])
def edit_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with the user's review, or save the edit on POST."""
    round, draft = get_round_and_draft(request, pk)
    mine = review_by(request.user, round)
    if mine is None and not earlier_review_by(request.user, round):
        raise Http404
    text = revision_to_review(round, request.user, draft)
    if request.method == "POST":
        return save_edit(request, text, mine)
    if mine is None or round.why_not_reviewable(request.user, editing=True):
        return redirect(round.submission)
    if draft and draft.round_id == round.pk:
        form = form_with_typed(text.passages, draft.typed)
    else:
        form = ReviewForm(text.passages, initial=mine.typed)
    return review_page(request, text, form, draft=draft, editing=mine)


def save_edit(request: HttpRequest, text: AnnotatedRevision, mine: Review | None) -> HttpResponse:
    """Save the edit if it is valid, the review can still be edited, and no other window saved something else. What was
    typed is saved as a draft first."""
    try:
        save_draft(request, typed_on := round_on_page(request, text.round))
    except StaleDraft as other:
        return review_page(request, text, conflict=two_texts(request, typed_on, other), editing=mine)
    if mine is None:
        messages.warning(request, _("The author submitted a newer revision. Your text is kept for your review of it."))
        return mark_arrived(request, redirect("review", text.round.submission_id))
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return review_page(request, text, form, editing=mine)
    data = form.cleaned_data
    try:
        base = request.POST.get("base", "")
        changed = mine.edit(data["decision"], data["overall"], form.verdicts(), base=base)
    except StaleDraft as other:
        return review_page(request, text, conflict=two_texts(request, text.round, other), editing=mine)
    except RuleViolation as refusal:
        return review_page(request, text, refusal=str(refusal), editing=mine)
    messages.success(request, _("Your review was edited.") if changed else _("Nothing changed in your review."))
    tell_left_out(request, left_out_of(form))
    return mark_arrived(request, redirect(text.round.submission))


@form_on("submission")
def withdraw_change_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the user's open change requests on a submission."""
    round = get_latest_round(request, pk)
    try:
        for mine in Review.objects.filter(round__submission=pk, reviewer=request.user).blocking():
            mine.withdraw_change_request()
            messages.success(request, _("You withdrew your change request."))
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    if ReviewRound.objects.get(pk=round.pk).accepted_at:
        messages.success(request, _("The summary is accepted and in the playbook."))
    return redirect(round.submission)

"""My review once it is given: putting it in other words, and letting a request for changes go."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from groups.forms.review import ReviewForm, as_given, kept
from groups.models import Review, ReviewDraft, Round
from groups.passages import Text
from groups.refused import Refused
from readlist_site.drafts import Overtaken
from readlist_site.drafts.views import arrived

from .desk import desk, read_before, said_by, text_to_review
from .review_draft import keep, on_the_page, two_texts
from .submission import latest_round


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with what I said in it. What it said before stays on record."""
    round = latest_round(request, pk)
    mine = said_by(request.user, round)
    if mine is None and not read_before(request.user, round):
        raise Http404
    text = text_to_review(round, request.user)
    if request.method == "POST":
        return correct(request, text, mine)
    if mine is None or round.why_not_reviewable(request.user, editing=True):
        return redirect(round.submission)
    draft = ReviewDraft.objects.visible_to(request.user).filter(round=round).first()
    form = kept(text.passages, draft.typed) if draft else as_given(text.passages, mine)
    return desk(request, text, form, correcting=mine)


def correct(request: HttpRequest, text: Text, mine: Review | None) -> HttpResponse:
    """Say it anew, if that is whole, there is still time, and no other window has said something else. Before anything
    else what was typed is saved."""
    try:
        keep(request, typed_on := on_the_page(request, text.round))
    except Overtaken as other:
        conflict = two_texts(request, typed_on, other)
        return desk(request, text, kept(text.passages, request.POST), conflict=conflict, correcting=mine)
    if mine is None:
        messages.warning(request, "A newer revision has come since. What you typed is kept, for your review of that.")
        return arrived(request, redirect("review", text.round.submission_id))
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return desk(request, text, form, correcting=mine)
    said = form.cleaned_data
    try:
        base = request.POST.get("base", "")
        changed = mine.correct(said["decision"], said["overall"], form.verdicts(), base=base)
    except Overtaken as other:
        conflict = two_texts(request, text.round, other)
        return desk(request, text, kept(text.passages, request.POST), conflict=conflict, correcting=mine)
    except Refused as refusal:
        return desk(request, text, kept(text.passages, request.POST), refusal=str(refusal), correcting=mine)
    messages.success(request, "Your review is corrected." if changed else "Your review says this already.")
    return arrived(request, redirect(text.round.submission))


@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """I ask for the changes no more."""
    round = latest_round(request, pk)
    try:
        for mine in Review.objects.filter(round__submission=pk, reviewer=request.user).standing():
            mine.let_go()
            messages.success(request, "Your request for changes stands no more.")
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if Round.objects.get(pk=round.pk).accepted_at:
        messages.success(request, "The summary is accepted and stands in the playbook.")
    return redirect(round.submission)

"""My review once it is given: putting it in other words, and letting a request for changes go."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from groups.forms.review import ReviewForm, as_given, kept
from groups.models import Review, Round
from groups.passages import Text
from groups.refused import Refused

from .desk import desk, said_by, text_to_review
from .submission import latest_round


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with what I said in it. What it said before stays on record."""
    round = latest_round(request, pk)
    mine = said_by(request.user, round)
    if mine is None:
        raise Http404
    text = text_to_review(round, request.user)
    if request.method == "POST":
        return correct(request, text, mine)
    if round.closed_to(request.user, correcting=True):
        return redirect(round.submission)
    return desk(request, text, as_given(text.passages, mine), correcting=mine)


def correct(request: HttpRequest, text: Text, mine: Review) -> HttpResponse:
    """Say it anew, if that is whole and there is still time."""
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return desk(request, text, form, correcting=mine)
    said = form.cleaned_data
    try:
        changed = mine.correct(said["decision"], said["overall"], form.verdicts())
    except Refused as refusal:
        return desk(request, text, kept(text.passages, request.POST), refusal=str(refusal), correcting=mine)
    messages.success(request, "Your review is corrected." if changed else "Your review says this already.")
    return redirect(text.round.submission)


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

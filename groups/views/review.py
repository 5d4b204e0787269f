"""The review that I am writing. Whatever comes in between, what I have typed stays on the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from groups.forms.review import ReviewForm, kept
from groups.models import Claim, Review, ReviewDraft, Round
from groups.passages import Text
from groups.refused import Refused
from readlist_site.drafts import Overtaken
from readlist_site.drafts.views import arrived
from readlist_site.web.keys import whole_number

from .desk import begun, changed_since, desk, read_before, said_by, text_to_review
from .review_draft import keep, on_the_page, two_texts
from .submission import latest_round


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, for who holds the review; an offer to take it, for who could."""
    round = latest_round(request, pk)
    if request.method != "POST" and round.why_not_reviewable(request.user):
        return redirect(round.submission)
    if said_by(request.user, round):
        return sent_already(request, round)
    if round.submission.summary.author == request.user:
        messages.warning(request, str(round.why_not_reviewable(request.user)))
        return redirect(round.submission)
    text = text_to_review(round, request.user)
    held = Claim.objects.filter(round__submission=pk, reviewer=request.user)
    if request.method == "POST" and held.exists():
        return send(request, text)
    if not held.live().filter(round=round).exists():
        return offer(request, round, lapsed=held.filter(round=round).exists())
    draft = ReviewDraft.objects.latest(request.user, round.submission)
    return desk(request, text, begun(text, request.user, draft))


def send(request: HttpRequest, text: Text) -> HttpResponse:
    """Give the review, if it is whole and still asked for. Before anything else what was typed is saved."""
    round = text.round
    try:
        keep(request, typed_on := on_the_page(request, round))
    except Overtaken as other:
        conflict = two_texts(request, typed_on, other)
        return desk(request, text, kept(text.passages, request.POST), conflict=conflict)
    if request.POST.get("round") != str(round.pk):
        changed = changed_since(whole_number(request.POST.get("round")), round)
        return desk(request, text, kept(text.passages, request.POST, changed), newer=True)
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return desk(request, text, form)
    try:
        claim = round.claims.not_ended().filter(reviewer=request.user).first() or round.claim(request.user)
        if claim is None:
            raise Refused("claim_expired")
        said = form.cleaned_data
        Review.objects.give(claim, said["decision"], said["overall"], form.verdicts())
    except Refused as refusal:
        if Review.objects.filter(round=round, reviewer=request.user).exists():
            return sent_already(request, latest_round(request, round.submission_id))
        return desk(request, text, kept(text.passages, request.POST), refusal=str(refusal))
    accepted = Round.objects.get(pk=round.pk).accepted_at
    author = round.submission.summary.author
    if accepted:
        messages.success(request, "Your review is sent. The summary is accepted, and in the playbook.")
    else:
        messages.success(
            request, f"Your review is sent. {author.first_name if author else 'The author'} can read it now."
        )
    return arrived(request, redirect(round.submission))


def sent_already(request: HttpRequest, round: Round) -> HttpResponse:
    """The button was pressed twice, or another window has sent the review. What that does not say is kept, to correct
    it by."""
    try:
        draft = keep(request, typed_on := on_the_page(request, round))
    except Overtaken as other:
        text = text_to_review(round, request.user)
        given, conflict = said_by(request.user, round), two_texts(request, typed_on, other)
        return desk(request, text, kept(text.passages, request.POST), conflict=conflict, correcting=given)
    if draft is None:
        messages.warning(request, f"You have reviewed revision {typed_on.revision.number} already.")
        return arrived(request, redirect(round.submission))
    messages.warning(request, "Your review was sent from another window. What you typed here is kept, to correct it.")
    return arrived(request, redirect("correct", round.submission_id))


def offer(request: HttpRequest, round: Round, *, lapsed: bool) -> HttpResponse:
    """What somebody sees who does not hold the review. What they typed when they did is theirs to take up again."""
    may_take = Round.objects.open_for(request.user).filter(pk=round.pk).exists()
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "status": round.status_for(request.user),
        "lapsed": lapsed,
        "draft": ReviewDraft.objects.latest(request.user, round.submission),
        "may_take": may_take,
        "hands_full": may_take and not read_before(request.user, round) and Claim.objects.at_claim_limit(request.user),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "groups/review/offer.html", context, status=status)

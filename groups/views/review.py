"""The review that I am writing. Whatever comes in between, what I have typed stays on the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst

from groups.forms.review import ReviewForm, kept
from groups.models import Claim, Review, Round
from groups.models.state import if_approved, name_of
from groups.passages import Text, text_of
from groups.refused import Refused
from notes.models import Answer
from readlist_site.web.keys import whole_number

from .submission import latest_round


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, for who holds the review; an offer to take it, for who could."""
    round = latest_round(request, pk)
    if request.method != "POST" and round.closed_to(request.user):
        return redirect(round.submission)
    mine = [each for each in said_by(request.user, round) if each.round_id == round.pk]
    if mine or round.submission.summary.author == request.user:
        messages.warning(request, round.closed_to(request.user))
        return redirect(round.submission)
    text = text_to_review(round, request.user)
    held = Claim.objects.filter(round__submission=pk, reviewer=request.user)
    if request.method == "POST" and held.exists():
        return send(request, text)
    if not held.live().filter(round=round).exists():
        return offer(request, round, lapsed=held.filter(round=round).exists())
    return desk(request, text, ReviewForm(text.passages, initial=carried_over(text, request.user)))


def send(request: HttpRequest, text: Text) -> HttpResponse:
    round = text.round
    if request.POST.get("round") != str(round.pk):
        return desk(request, text, kept(text.passages, request.POST, since_typed(request, round)), newer=True)
    form = ReviewForm(text.passages, request.POST)
    if not form.is_valid():
        return desk(request, text, form)
    try:
        claim = round.claims.filter(reviewer=request.user, ended_at=None).first() or round.claim(request.user)
        if claim is None:
            raise Refused("Your time for this review ran out, and somebody else has taken it.")
        said = form.cleaned_data
        Review.objects.give(claim, said["decision"], said["overall"], form.verdicts())
        Round.objects.filter(submission__group=round.submission.group_id).settle_due()
    except Refused as refusal:
        if Review.objects.filter(round=round, reviewer=request.user).exists():
            # The button was pressed twice, and the first press has sent it.
            return redirect(round.submission)
        return desk(request, text, kept(text.passages, request.POST), refusal=str(refusal))
    accepted = Round.objects.get(pk=round.pk).accepted_at
    author = name_of(round.submission.summary.author, request.user)
    tail = "It is accepted and stands in the playbook." if accepted else f"{capfirst(author)} can read it now."
    messages.success(request, f"Your review is sent. {tail}")
    return redirect(round.submission)


def desk(request: HttpRequest, text: Text, form: ReviewForm, *, newer: bool = False, refusal: str = "") -> HttpResponse:
    """The page on which a review is written."""
    round = text.round
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "text": text,
        "form": form,
        "newer": newer,
        "refusal": refusal,
        "claim": next((each for each in round.live_claims if each.reviewer == request.user), None),
        "read": next((each for each in said_by(request.user, round)), None),
        "if_approved": if_approved(round, request.user, timezone.now()),
    }
    status = 409 if newer or refusal else 422 if form.is_bound else 200
    return render(request, "groups/review/form.html", context, status=status)


def offer(request: HttpRequest, round: Round, *, lapsed: bool) -> HttpResponse:
    """What somebody sees who does not hold the review."""
    context = {
        "group": round.submission.group,
        "submission": round.submission,
        "round": round,
        "state": round.state_for(request.user),
        "lapsed": lapsed,
        "may_take": Round.objects.open_for(request.user).filter(pk=round.pk).exists(),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "groups/review/offer.html", context, status=status)


def said_by(person, round: Round) -> list[Review]:
    """A person's reviews of a submission, the latest first."""
    rounds = reversed(round.submission.rounds.all())
    return [review for each in rounds for review in each.reviews.all() if review.reviewer == person]


def text_to_review(round: Round, reviewer) -> Text:
    """The text since the revision that the reviewer has read, with what was said of that one."""
    read = {review.round_id for review in said_by(reviewer, round)}
    since = next((each for each in reversed(round.submission.rounds.all()) if each.pk in read), None)
    return text_of(round, since, talk=[since] if since else [])


def carried_over(text: Text, reviewer) -> dict[str, str]:
    """The reviewer's verdicts on answers that read as they did then."""
    return {
        f"verdict_{passage.answer.prompt_id}": said.verdict.word
        for passage in text.passages
        if passage.unchanged
        for said in passage.said
        if said.review.reviewer == reviewer
    }


def since_typed(request: HttpRequest, round: Round) -> set[int]:
    """The prompts whose answers have changed since the revision that was on the page when the review was sent."""
    key = whole_number(request.POST.get("round"))
    read = Answer.objects.filter(revision__rounds=key, revision__rounds__submission=round.submission_id)
    before = dict(read.values_list("prompt", "body_html"))
    return {
        answer.prompt_id for answer in round.revision.answers.all() if answer.body_html != before.get(answer.prompt_id)
    }

"""Claiming a review, and stopping it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from groups.members.exceptions import RuleViolation
from groups.reviews.views.submission import get_latest_round


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the review and redirect to it."""
    round = get_latest_round(request, pk)
    try:
        taken = round.claim(request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
        return redirect(round.submission)
    if taken is None:
        messages.warning(request, "Others were quicker: as many as are wanted are reading it.")
        return redirect("reviews", round.submission.group_id)
    return redirect("review", pk)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End the user's claim, so that another member can take the slot."""
    round = get_latest_round(request, pk)
    if held := round.claims.live().filter(reviewer=request.user).first():
        try:
            held.release()
            messages.success(request, "You gave the review back. Somebody else can take it.")
        except RuleViolation as refusal:
            messages.warning(request, str(refusal))
    return redirect("reviews", round.submission.group_id)

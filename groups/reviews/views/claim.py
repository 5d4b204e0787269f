"""Claiming a review, and stopping it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.reviews.views.submission import get_latest_round
from readlist_site.base.web.form_address import form_on


@form_on("submission")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the review and redirect to it."""
    round = get_latest_round(request, pk)
    try:
        taken = round.claim(request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
        return redirect(round.submission)
    if taken is None:
        messages.warning(request, _("This summary has all the reviewers it needs now."))
        return redirect("reviews", round.submission.group_id)
    return redirect("review", pk)


@form_on("submission")
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End the user's claim, so that another member can take the slot."""
    round = get_latest_round(request, pk)
    if held := round.claims.live().filter(reviewer=request.user).first():
        try:
            held.release()
            messages.success(request, _("You stopped reviewing. Another member can review it now."))
        except RuleViolation as refusal:
            messages.warning(request, str(refusal))
    return redirect("reviews", round.submission.group_id)

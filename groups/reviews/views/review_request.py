"""Asking a member for a review, withdrawing that, and declining it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.reviews.review_request import ReviewRequest
from groups.reviews.views.submission import get_latest_round, get_own_submission
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.pagination import whole_number


@form_on("submission")
def request_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the chosen member for a review of the user's own submission."""
    submission = get_own_submission(request, pk)
    chosen = submission.group.memberships.filter(person=whole_number(request.POST.get("person")))
    membership = chosen.select_related("person").first()
    if membership is None:
        messages.warning(request, _("Choose a member of the group."))
        return redirect(submission)
    try:
        ReviewRequest.objects.ask(get_latest_round(request, pk), membership.person, by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You asked %(person)s for a review.") % {"person": membership.person.first_name})
    return redirect(submission)


@form_on("submission")
def withdraw_review_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the request to a member for a review of the user's own submission."""
    submission, person = get_own_submission(request, pk), whole_number(request.POST.get("person"))
    try:
        ReviewRequest.objects.withdraw(submission, person or 0)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    return redirect(submission)


@form_on("submission")
def decline_review_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline the author's request to the user for a review."""
    submission = get_latest_round(request, pk).submission
    try:
        if ReviewRequest.objects.decline(submission, request.user):
            messages.success(request, _("You declined. The author sees that."))
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    return redirect(submission)

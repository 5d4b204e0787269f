"""Fetching submissions for the views, withdrawing them, and removing them from the playbook."""

from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.reviews.review_draft import ReviewDraft
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import status_queries, with_status
from groups.reviews.submission import Submission
from readlist_site.base.sent_forms.sent_form import SentForm
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.together import Ask, Together, answers


@form_on("submission")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the user's own submission."""
    found = get_own_submission(request, pk)
    try:
        found.withdraw()
        SentForm.objects.forget(request.user, found.get_absolute_url())
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
        return redirect(found)
    messages.success(request, _("You withdrew your submission. You can submit the summary again."))
    return redirect(found)


@form_on("submission")
def remove_from_playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the user's own submission from the playbook."""
    found = get_own_submission(request, pk)
    try:
        if found.remove_from_playbook():
            messages.success(request, _("You removed your summary from the playbook. Its text and reviews are kept."))
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    return redirect(found)


def get_own_submission(request: HttpRequest, pk: int) -> Submission:
    """Return a submission of the user's own. Raises Http404 if it isn't."""
    mine = Submission.objects.visible_to(request.user).filter(summary__author=request.user)
    return get_object_or_404(mine.select_related("group"), pk=pk)


def get_latest_round(request: HttpRequest, pk: int) -> ReviewRound:
    """Return the latest round of a submission that the user may see, with status data. Raises Http404 if there is
    none."""
    return _found(request, pk)[0]


def get_round_and_draft(request: HttpRequest, pk: int) -> tuple[ReviewRound, ReviewDraft | None]:
    """Return the same with the user's latest draft of a review of the submission, if they have one. One statement."""
    round, ((drafts,),) = _found(request, pk, _latest_draft.ask(user=request.user, pk=pk))
    return round, drafts[0] if drafts else None


def _found(request: HttpRequest, pk: int, *asks: Ask) -> tuple[ReviewRound, list]:
    rows, *answered = answers(_latest_round.ask(user=request.user, pk=pk, now=timezone.now()), *asks)
    if not (found := with_status(*rows)):
        raise Http404
    return found[0], answered


@Together
def _latest_round(user, pk: int, now: datetime) -> list[QuerySet]:
    rounds = ReviewRound.objects.visible_to(user, now).filter(submission=pk)
    return status_queries(rounds.order_by("-pk")[:1], now)


@Together
def _latest_draft(user, pk: int) -> list[QuerySet]:
    return [ReviewDraft.objects.latest(user, pk)]

"""The list of the user's groups, and the page of a group."""

from collections import Counter

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.forms.group import NewGroupForm
from groups.members.group import Group
from groups.members.pending_invitation import remembered
from groups.reviews.claim import Claim
from groups.reviews.group_progress import progress_of
from groups.reviews.queued_round import queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.status import Action
from groups.reviews.waiting_list import waiting_list
from groups.threads.thread import Thread
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.rate_limit import within_limit

WAITING = 8
LATELY = 5
FOR_ME = 3
# What the viewer can do at once about a round.
ACTIONABLE = {Action.CONTINUE_REVIEW, Action.CLAIM, Action.REVISE}


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Show the user's groups, how many rounds each has for them to review, and an invitation that they have not
    accepted yet."""
    mine = Group.objects.visible_to(request.user).with_pause_of(request.user)
    mine = mine.select_related("list").prefetch_related("memberships__person")
    waits = Counter(each.group_id for each in queued_rounds(request.user) if each.is_offered)
    for each in mine:
        each.waits = 0 if each.is_paused else waits[each.pk]
    return render(request, "groups/overview/index.html", {"groups": mine, "invitation": remembered(request)})


@answered_once
def new_group(request: HttpRequest) -> HttpResponse:
    """Create a group, and redirect to its members page, where people are invited."""
    form = NewGroupForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid() and within_limit(request, form, "group"):
        try:
            with transaction.atomic():
                page = reverse("members", args=[form.create_group(request.user).pk])
                record_sent(request, page)
            return redirect(page)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render(request, "groups/members/new_group.html", {"form": form}, status=status)


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group's page: progress, the rounds awaiting review, recent acceptances and threads."""
    visible = Group.objects.visible_to(request.user).with_pause_of(request.user).select_related("list")
    found = get_object_or_404(visible, pk=pk)
    progress = progress_of(found, request.user)
    mine = next((column.membership for column in progress.columns if column.mine), None)
    if mine is None:
        # They left the group after it was found to be visible to them.
        raise Http404
    at_claim_limit = Claim.objects.at_claim_limit(request.user)
    items = waiting_list(found, request.user, WAITING + 1, at_limit=at_claim_limit)
    asked = ACTIONABLE - {Action.CLAIM} if found.is_paused else ACTIONABLE
    for_me = [item for item in items if item.is_for_viewer and item.action in asked]
    accepted = ReviewRound.objects.in_playbook(found)[:LATELY]
    context = {
        "group": found,
        "progress": progress,
        "mine": mine,
        "for_me": for_me[:FOR_ME],
        "more_for_me": len(for_me) > FOR_ME,
        "for_others": [item for item in items[:WAITING] if item not in for_me],
        "more": len(items) > WAITING,
        "at_claim_limit": at_claim_limit,
        # Items for the viewer come first, so that they are among those shown.
        "can_claim": any(item.action == Action.CLAIM for item in for_me),
        "claimed_round": next((item for item in items if item.queue_section == ReviewRound.QueueSection.CLAIMED), None),
        "accepted": accepted,
        "threads": Thread.objects.recent_in(found)[:LATELY],
    }
    return render(request, "groups/overview/group.html", context)

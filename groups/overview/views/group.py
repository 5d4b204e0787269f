"""The list of the user's groups, and the page of a group."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.forms.group import NewGroupForm
from groups.members.group import Group
from groups.members.pending_invitation import remembered
from groups.reports.report import ContentReport
from groups.reviews.claim import Claim
from groups.reviews.group_progress import progress_of, progress_rows
from groups.reviews.review_queue import queue_of, queue_queries, queued_rounds
from groups.reviews.review_round import ReviewRound
from groups.reviews.round_data import UNSEEN
from groups.reviews.rules import CLAIM_LIMIT
from groups.reviews.status import Action
from groups.reviews.waiting_list import first_waiting
from groups.threads.read_position import unread_count
from groups.threads.thread import Thread
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.rate_limit_http import within_limit
from readlist_site.base.web.together import Together, answers

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
    viewer, now, key = request.user, timezone.now(), Group(pk=pk)
    (groups, claims, accepted, threads, reports, *queue), progress = answers(
        _group_rows.ask(group=key, viewer=viewer, now=now), progress_rows.ask(group=key, viewer=viewer, now=now)
    )
    found = next(iter(groups), None)
    if found is None:
        raise Http404
    progress = progress_of(found, viewer, now, *progress)
    mine = next(column.membership for column in progress.columns if column.mine)
    at_claim_limit = len(claims) >= CLAIM_LIMIT
    items = first_waiting(queue_of(viewer, now, *queue), viewer, WAITING + 1, at_limit=at_claim_limit, now=now)
    asked = ACTIONABLE - {Action.CLAIM} if found.is_paused else ACTIONABLE
    for_me = [item for item in items if item.is_for_viewer and item.action in asked]
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
        "threads": threads,
        "reports": sum(reports),
    }
    return render(request, "groups/overview/group.html", context)


@Together
def _group_rows(group: Group, viewer, now: datetime) -> list[QuerySet]:
    """The group, if the viewer is in it; their claims; what was accepted lately, the latest threads, the
    number of things that are reported and that they handle, if any, and the queue."""
    reports = ContentReport.objects.moderated_by(viewer).filter(group=group)
    return [
        Group.objects.visible_to(viewer).filter(pk=group.pk).with_pause_of(viewer, now).select_related("list"),
        Claim.objects.awaited_from(viewer, now).order_by().values_list("pk", flat=True),
        ReviewRound.objects.in_playbook(group, now).defer(*UNSEEN)[:LATELY],
        Thread.objects.recent_in(group).annotate(unread=unread_count(viewer))[:LATELY],
        reports.first_of_each()
        .order_by()
        .values("group")
        .annotate(number=Count("pk"))
        .values_list("number", flat=True),
        *queue_queries(viewer, now, groups=[group.pk]),
    ]

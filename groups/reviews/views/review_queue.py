"""The review queue of a group: claimed by the user, available to them, with others, and their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.group import Group, find_group
from groups.reviews import rules
from groups.reviews.claim import Claim, claim_rows
from groups.reviews.review import Review
from groups.reviews.review_queue import (
    claim_best_match,
    fetch_queued,
    queue_of,
    queue_rows,
    queued_rounds,
)
from groups.reviews.status import QueueSection
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.pagination import whole_number

PAGE = 30


@require_safe
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the queue, `PAGE` rounds at a time."""
    now = timezone.now()
    group, (queue, (claims,)) = find_group(
        request.user,
        pk,
        queue_rows.ask(user=request.user, now=now, groups=[pk], round=None),
        claim_rows.ask(person=request.user, now=now),
    )
    everything = queue_of(request.user, now, *queue)
    keys = [each.pk for each in everything]
    sections = {each.queue_section for each in everything}
    offered = [each for each in everything if each.is_offered]
    after = whole_number(request.GET.get("after"))
    start = keys.index(after) + 1 if after in keys else 0
    shown = everything[start : start + PAGE]
    at_claim_limit = len(claims) >= rules.CLAIM_LIMIT
    rows = fetch_queued(shown, now)
    for each in rows:
        each.set_action(request.user, at_limit=at_claim_limit, now=now)
    context = {
        "group": group,
        "rows": rows,
        "more": shown[-1].pk if keys[start + PAGE :] else None,
        "later": start > 0,
        "at_claim_limit": at_claim_limit,
        "next": any(each.reviewed_before_by_me or not at_claim_limit for each in offered),
        "holds": QueueSection.CLAIMED in sections,
        "skipped_all": QueueSection.AVAILABLE in sections and not offered,
        "balance": Review.objects.balance_of(request.user, group),
        # As many as the members could give, whether they paused or not.
        "required": rules.required_reviews(group.required_reviews, max(len(group.members) - 1, 1)),
        "waited_for": sum(each.more for each in everything),
    }
    return render(request, "groups/reviews/review_queue.html", context)


@form_on("reviews")
def next_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the best match and redirect to it; if there is none, redirect to a review that the user has claimed in this
    group."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    try:
        claim = claim_best_match(request.user, group)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews", pk)
    claim = claim or Claim.objects.awaited_from(request.user).filter(round__submission__group=group).first()
    if claim is None:
        available = [each for each in queued_rounds(request.user, groups=[group.pk]) if each.is_available]
        skipped_all = available and all(each.skipped_by_me for each in available)
        left = _("You skipped all summaries that need a review. You can still choose one below.")
        messages.info(request, left if skipped_all else _("You have nothing to review now."))
        return redirect("reviews", pk)
    return redirect("review", claim.round.submission_id)

"""What waits for review in a group: what I hold, what I may take, what others have, and what is my own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from groups.models import Claim, Group, Review, Round, Skip
from groups.refused import Refused
from readlist_site.web.keys import whole_number

PAGE = 30


@require_safe
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """The queue, a page at a time."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    waiting = Round.objects.waiting_in(group, request.user)
    everything = list(waiting.values("pk", "place", "i_skipped", "i_read_before", "more"))
    keys = [each["pk"] for each in everything]
    places = {each["place"] for each in everything}
    offered = [each for each in everything if each["place"] == Round.Place.OPEN and not each["i_skipped"]]
    after = whole_number(request.GET.get("after"))
    start = keys.index(after) + 1 if after in keys else 0
    shown = keys[start : start + PAGE]
    hands_full = Claim.objects.at_claim_limit(request.user)
    rows = list(waiting.filter(pk__in=shown))
    for each in rows:
        each.status = each.status_for(request.user)
        each.action = each.action_in_queue(each.status, at_limit=hands_full)
    context = {
        "group": group,
        "rows": rows,
        "more": shown[-1] if keys[start + PAGE :] else None,
        "later": start > 0,
        "hands_full": hands_full,
        "next": any(each["i_read_before"] or not hands_full for each in offered),
        "holds": Round.Place.HELD in places,
        "passed_over": Round.Place.OPEN in places and not offered,
        "balance": Review.objects.balance_of(request.user, group),
        "waited_for": sum(each["more"] for each in everything),
    }
    return render(request, "groups/review/index.html", context)


@require_POST
def next_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the fairest match, or go on with what I hold where nothing else may be taken."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    try:
        claim = Round.objects.filter(submission__group=group).claim_fairest(request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews", pk)
    claim = claim or Claim.objects.held_by(request.user).filter(round__submission__group=group).first()
    if claim is None:
        skips = Skip.objects.filter(reviewer=request.user, round__submission__group=group)
        passed_over = skips.exists() and Round.objects.open_for(request.user).filter(submission__group=group).exists()
        left = "You have passed over all that waits here. You can still pick one of it."
        messages.info(request, left if passed_over else "Nothing waits for you to review.")
        return redirect("reviews", pk)
    return redirect("review", claim.round.submission_id)

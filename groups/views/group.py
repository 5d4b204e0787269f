"""A group's plan: members and topics, what waits, what was accepted."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from groups.forms.group import GroupForm
from groups.invitations import remembered
from groups.models import Claim, Group, Round, Thread
from groups.progress import plan_for
from groups.refused import Refused
from groups.status import Action
from groups.turns import turns_in

WAITING = 8
LATELY = 5


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """All the groups that I am in, and what waits there; an invitation that I have not followed to its end."""
    mine = list(Group.objects.visible_to(request.user).select_related("list").with_members())
    waits = Counter(Round.objects.next_for(request.user).values_list("submission__group", flat=True))
    for each in mine:
        each.waits = waits[each.pk]
    return render(request, "groups/group/index.html", {"groups": mine, "invitation": remembered(request)})


def new_group(request: HttpRequest) -> HttpResponse:
    """A name and a list make a group; then it wants people."""
    form = GroupForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return redirect("members", form.found(request.user).pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render(request, "groups/group/new.html", {"form": form}, status=status)


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group's first page: who is where, what waits for review, what was accepted and said lately."""
    found = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    plan = plan_for(found, request.user)
    mine = next((column.membership for column in plan.columns if column.mine), None)
    if mine is None:
        # They left the group after it was found to be visible to them.
        raise Http404
    hands_full = Claim.objects.at_claim_limit(request.user)
    turns = turns_in(found, request.user, WAITING + 1, at_limit=hands_full)
    accepted = Round.objects.in_playbook(found)[:LATELY]
    context = {
        "group": found,
        "plan": plan,
        "mine": mine,
        "for_me": [turn for turn in turns[:WAITING] if turn.mine],
        "for_others": [turn for turn in turns[:WAITING] if not turn.mine],
        "more": len(turns) > WAITING,
        "hands_full": hands_full,
        # What waits for oneself comes first, so that it is among those shown.
        "may_take": any(turn.action == Action.CLAIM for turn in turns),
        "held": next((turn.round for turn in turns if turn.round.place == Round.Place.HELD), None),
        "accepted": accepted,
        "fresh": not turns and not accepted,
        "threads": Thread.objects.lately(found)[:LATELY],
    }
    return render(request, "groups/group/page.html", context)

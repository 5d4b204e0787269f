"""A group's plan: members and topics, what waits, what was accepted."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from groups.forms.group import GroupForm
from groups.invitations import remembered
from groups.models import Acceptance, Group, Round, Thread
from groups.progress import plan_for

LATELY = 5


def groups(request: HttpRequest) -> HttpResponse:
    """All the groups that I am in, and what waits there; an invitation that I have not followed to its end."""
    mine = list(Group.objects.visible_to(request.user).select_related("list").with_members())
    waits = Counter(Round.objects.open_for(request.user).values_list("submission__group", flat=True))
    for each in mine:
        each.waits = waits[each.pk]
    return render(request, "groups/group/index.html", {"groups": mine, "invitation": remembered(request)})


def new_group(request: HttpRequest) -> HttpResponse:
    """A name and a list make a group; then it wants people."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("members", form.found(request.user).pk)
    return render(request, "groups/group/new.html", {"form": form})


def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group's first page: who is where, what waits for review, what was accepted and said lately."""
    found = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    plan = plan_for(found, request.user)
    waiting = list(Round.objects.waiting_in(found, request.user))
    context = {
        "group": found,
        "plan": plan,
        "mine": next(column.membership for column in plan.columns if column.mine),
        "waiting": [(each, each.state_for(request.user)) for each in waiting],
        "review_waits": any(each.place in {Round.Place.HELD, Round.Place.OPEN} for each in waiting),
        "accepted": Acceptance.objects.lately(found)[:LATELY],
        "threads": Thread.objects.visible_to(request.user).lately(found)[:LATELY],
    }
    return render(request, "groups/group/page.html", context)

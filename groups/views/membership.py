"""Who is in a group, and what each may do about their own place in it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from groups.forms.membership import HidingForm, RankForm
from groups.models import Group, Invitation, Membership, OnlyOwner
from groups.refused import Refused


@require_safe
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody in the group; for me my own switches, for who moderates the links that let people in."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    memberships = list(group.memberships.select_related("person"))
    invitations = Invitation.objects.visible_to(request.user).filter(group=group).open().select_related("invited_by")
    # The address this Readlist is known by, whatever host the request claims to be for.
    home = settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")
    context = {
        "group": group,
        "memberships": memberships,
        "mine": next(each for each in memberships if each.person_id == request.user.pk),
        "invitations": [(each, home + each.get_absolute_url()) for each in invitations],
        "ranks": Membership.Rank.choices,
    }
    return render(request, "groups/membership/members.html", context)


@require_POST
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """My own switch: whether this group sees my reading."""
    mine = get_object_or_404(Membership, group=pk, person=request.user)
    form = HidingForm(request.POST)
    mine.hide_reading(form.is_valid() and form.cleaned_data["hides_reading"])
    messages.success(
        request, "Only you see your reading now." if mine.hides_reading else "The group sees your reading."
    )
    return redirect("members", pk)


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """What stays when I leave, and the button that does it."""
    mine = get_object_or_404(Membership.objects.select_related("group"), group=pk, person=request.user)
    if request.method == "POST":
        try:
            mine.end()
        except OnlyOwner:
            return redirect("leave", pk)
        messages.success(request, f"You have left “{mine.group}”.")
        return redirect("groups")
    return render(request, "groups/membership/leave.html", {"group": mine.group, "mine": mine})


@require_POST
def rank(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner says what another member may do."""
    theirs = get_object_or_404(Membership.objects.ranked_by(request.user).select_related("person", "group"), pk=pk)
    form = RankForm(request.POST)
    if form.is_valid():
        try:
            theirs.appoint(form.cleaned_data["rank"], by=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("members", theirs.group_id)
        messages.success(request, f"{theirs.person.first_name} is a {theirs.role} now.")
    return redirect("members", theirs.group_id)

"""Leaving a group, removing a member, and unbanning."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.leaving.leave import OwnerCannotLeave, leave_group, remove_from_group
from groups.members.ban import Ban
from groups.members.exceptions import RuleViolation
from groups.members.group import GroupArchived
from groups.members.membership import Membership
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.short_text import ShortTextField


class RemovalForm(forms.Form):
    """Why a member is removed from the group, and whether they are banned."""

    why = ShortTextField(
        required=False,
        max_length=300,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Only owner and moderators can read it."),
    )
    ban = forms.BooleanField(
        required=False,
        label=gettext_lazy("Ban them, so that they can’t join again with a link"),
        help_text=gettext_lazy("You can unban them later."),
    )


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain what stays when the user leaves, and leave on POST."""
    mine = get_object_or_404(Membership.objects.select_related("group"), group=pk, person=request.user)
    if request.method == "POST":
        try:
            leave_group(mine)
        except OwnerCannotLeave:
            return redirect("leave", pk)
        messages.success(request, _("You have left %(group)s.") % {"group": isolated(mine.group)})
        return redirect("groups")
    return render(request, "groups/leaving/leave.html", {"group": mine.group, "mine": mine})


def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain what removing this member does, and remove them on POST."""
    removable = Membership.objects.removable_by(request.user)
    theirs = get_object_or_404(removable.select_related("person", "group"), pk=pk)
    if request.method != "POST" and theirs.group.archived_at:
        messages.warning(request, str(GroupArchived(theirs.group)))
        return redirect("members", theirs.group_id)
    form = RemovalForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            remove_from_group(theirs, by=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error("why", str(refusal))
            status = 409
        else:
            messages.success(request, _("You removed %(name)s.") % {"name": isolated(theirs.person.first_name)})
            return redirect("members", theirs.group_id)
    context = {"group": theirs.group, "theirs": theirs, "form": form}
    return render(request, "groups/leaving/remove_member.html", context, status=status)


def page_of_ban(request: HttpRequest, pk: int) -> str:
    """Return the address of the page that lists this ban. Raises Http404 if it isn't visible to the user."""
    return reverse("members", args=[get_object_or_404(Ban.objects.visible_to(request.user), pk=pk).group_id])


@form_on(page_of_ban)
def unban(request: HttpRequest, pk: int) -> HttpResponse:
    """Unban a person."""
    ban = get_object_or_404(Ban.objects.visible_to(request.user).select_related("group", "person"), pk=pk)
    ban.unban(by=request.user)
    messages.success(request, _("%(name)s can join with a link again.") % {"name": isolated(ban.person.first_name)})
    return redirect("members", ban.group_id)

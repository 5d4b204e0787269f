"""Muting a member, and the list of those whom one has muted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.members.membership import Membership
from groups.members.mute import Mute
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.pagination import paginate_by_key, whole_number

# The number of people on a page of the list.
PAGE = 30


def visible(request: HttpRequest, pk: int) -> Membership:
    """Return the membership of somebody else in a group of the user."""
    others = Membership.objects.visible_to(request.user).exclude(person=request.user)
    return get_object_or_404(others.select_related("person"), pk=pk)


def members_of(request: HttpRequest, pk: int) -> str:
    """Return the address of the group's members."""
    group = get_object_or_404(Membership.objects.visible_to(request.user), pk=pk).group_id
    return reverse("members", args=[group])


@form_on(members_of)
def mute_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Mute a member for the user, and show the list of those whom they have muted."""
    theirs = visible(request, pk)
    Mute.objects.mute(request.user, theirs.person)
    said = _("You muted %(name)s. Their posts are folded for you. They don’t learn about it.")
    messages.success(request, said % {"name": isolated(theirs.person.first_name)})
    return redirect("muted_people")


def muted_people(request: HttpRequest) -> HttpResponse:
    """Show whom the user has muted, the latest first, `PAGE` at a time; POST unmutes the one of the row `remove`."""
    mine = Mute.objects.visible_to(request.user)
    if request.method == "POST":
        mine.filter(pk=whole_number(request.POST.get("remove"))).delete()
        return redirect("muted_people")
    before = whole_number(request.GET.get("before"))
    page = paginate_by_key(mine.select_related("muted"), size=PAGE, before=before)
    context = {"newest_first": page.rows[::-1], "earlier": page.earlier, "before": before}
    return render(request, "groups/members/muted_people.html", context)

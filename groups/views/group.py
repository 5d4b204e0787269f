"""A group's plan: members and topics, what waits, what was accepted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from groups.forms.group import GroupForm
from groups.models import Group


def groups(request: HttpRequest) -> HttpResponse:
    """All the groups that I am in."""
    return render(request, "groups/group/index.html")


def new_group(request: HttpRequest) -> HttpResponse:
    """A name and a list make a group; then it wants people."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("members", form.found(request.user).pk)
    return render(request, "groups/group/new.html", {"form": form}, status=422 if form.is_bound else 200)


def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group's first page."""
    found = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    return render(request, "groups/group/page.html", {"group": found})

"""A group's plan: members and topics, what waits, what was accepted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from groups.models import Group


def groups(request: HttpRequest) -> HttpResponse:
    """All the groups that I am in."""
    return render(request, "groups/group/index.html")


def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group's first page."""
    found = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    return render(request, "groups/group/page.html", {"group": found})

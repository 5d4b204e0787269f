"""What a group agreed on: topic by topic, one column a prompt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from groups.models import Group
from groups.playbook import playbook_of


@require_safe
def playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it on one page, to read, search and print."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    return render(request, "groups/playbook/page.html", {"group": group, "playbook": playbook_of(group)})

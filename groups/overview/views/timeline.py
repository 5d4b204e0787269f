"""The pages that show what happened in a group, newest first: its activity, and its moderation log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.members.group import Group
from groups.overview import group_activity as activity
from groups.overview import moderation_log as log


@require_safe
def group_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page of who did what when, of one `?kind=` or all; `?before=` names an older one."""
    kind, before = request.GET.get("kind", ""), request.GET.get("before")
    kind = kind if kind in activity.ActivityKind.values else ""
    group, page = activity.group_activity(request.user, pk, kind=kind, before=before, now=timezone.now())
    context = {"group": group, "page": page, "before": before, "kind": kind}
    context |= {"kinds": activity.ActivityKind.choices, "is_moderator": group.has_moderator(request.user)}
    return render(request, "groups/overview/activity.html", context)


@require_safe
def moderation_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page of the log, newest first; `?before=` names an older one. Only moderators read why somebody was
    removed."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    before = request.GET.get("before")
    page = log.moderation_log(group, request.user, before)
    context = {"group": group, "page": page, "before": before, "is_moderator": group.has_moderator(request.user)}
    return render(request, "groups/overview/moderation_log.html", context)

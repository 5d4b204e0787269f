"""Archiving a group, and reopening it: by its owner."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.leaving.archive import archive_group, reopen_group
from groups.members.group import Group
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.form_address import form_on


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain what ends when the group is archived, and archive it on POST."""
    group = get_object_or_404(Group.objects.owned_by(request.user), pk=pk)
    if request.method != "POST":
        if group.archived_at:
            return redirect("group_settings", pk)
        return render(request, "groups/leaving/archive.html", {"group": group})
    archive_group(group, by=request.user)
    messages.success(request, _("%(group)s is archived.") % {"group": isolated(group)})
    return redirect("group_settings", pk)


@form_on("group_settings")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Reopen the group."""
    group = get_object_or_404(Group.objects.owned_by(request.user), pk=pk)
    reopen_group(group, by=request.user)
    messages.success(request, _("%(group)s is open again.") % {"group": isolated(group)})
    return redirect("group_settings", pk)

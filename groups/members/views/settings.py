"""The settings of a group: its name and its list, for its owner."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from groups.members.exceptions import RuleViolation
from groups.members.forms.group import GroupSettingsForm
from groups.members.group import Group


def group_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and save the name and the list, with links to transfer ownership and to archive the group."""
    group = get_object_or_404(Group.objects.owned_by(request.user).select_related("list"), pk=pk)
    form = GroupSettingsForm(request.POST if request.method == "POST" else None, group=group)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            form.save_settings(request.user)
        except RuleViolation as refusal:
            form.add_error("list" if "list" in form.changed_data else "name", str(refusal))
            status = 409
        else:
            messages.success(request, _("Group settings saved."))
            return redirect("group_settings", pk)
    context = {"group": group, "form": form, "webhooks_are_on": settings.WEBHOOKS}
    return render(request, "groups/members/settings.html", context, status=status)

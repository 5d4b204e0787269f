"""Handles: changing one's own, and those of all members for completing what is typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.members.exceptions import RuleViolation
from groups.members.forms.handle import HandleForm
from groups.members.forms.invitation import InvitationForm
from groups.members.group import Group
from groups.members.handle import EVERYBODY
from readlist_site.base.web.form_address import form_on

from .membership import members_page


@form_on("members")
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the user's own handle. If it can't be, show the members page with the form as it was typed."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    form, status = HandleForm(request.POST), 422
    if form.is_valid():
        try:
            get_object_or_404(group.memberships, person=request.user).set_handle(form.cleaned_data["handle"])
        except RuleViolation as refusal:
            form.add_error("handle", str(refusal))
            status = 409
        else:
            messages.success(request, _("Others can now mention you as @%(handle)s.") % form.cleaned_data)
            return redirect("members", pk)
    return members_page(request, group, InvitationForm(), handle_form=form, status=status)


@require_safe
def handles(request: HttpRequest, pk: int) -> JsonResponse:
    """Return the handles and names of the members, by name, for boxes in which people are mentioned; to moderators also
    the handle of everybody."""
    group = get_object_or_404(Group.objects.visible_to(request.user), pk=pk)
    found = [
        {"handle": each.handle, "name": f"{each.person.display_name}{hint and f' ({hint})'}"}
        for each in sorted(group.members, key=lambda each: each.person.display_name.casefold())
        for hint in [group.name_hints.get(each.person_id, "")]
        if each.handle and each.person.is_active
    ]
    if group.has_moderator(request.user):
        found.append({"handle": EVERYBODY, "name": _("everybody in the group")})
    return JsonResponse({"handles": found})

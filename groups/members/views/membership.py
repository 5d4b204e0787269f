"""The members page of a group, with roles, hidden reading and transfer of ownership."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from groups.members.ban import Ban
from groups.members.exceptions import RuleViolation
from groups.members.forms.handle import HandleForm
from groups.members.forms.invitation import InvitationForm
from groups.members.group import Group
from groups.members.invitation import Invitation
from groups.members.membership import Membership
from groups.members.membership_log import MembershipLogEntry
from groups.members.mute import Mute
from readlist_site.base.languages.direction import isolated
from readlist_site.base.web.cache_control import never_stored
from readlist_site.base.web.form_address import absolute_url, form_on
from readlist_site.base.web.together import fetched_together

LATELY = 8


class HideReadingForm(forms.ModelForm):
    """Whether the group sees the user's reading."""

    class Meta:
        model = Membership
        fields = ["hides_reading"]
        labels = {"hides_reading": gettext_lazy("Hide my reading from this group")}
        help_texts = {
            "hides_reading": gettext_lazy("The group still sees what you submit for review. You can change this later.")
        }


class RoleForm(forms.ModelForm):
    """The role of a member."""

    class Meta:
        model = Membership
        fields = ["role"]


@never_stored
@require_safe
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the members, the user's own settings, and, to moderators, the invitation links."""
    group = get_object_or_404(Group.objects.visible_to(request.user).select_related("list"), pk=pk)
    return members_page(request, group, InvitationForm())


def members_page(
    request: HttpRequest,
    group: Group,
    form: InvitationForm,
    *,
    handle_form: HandleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the members page with this form for a new link, and the form of the user's handle if it was refused.
    Raises Http404 if the user has left meanwhile."""
    mine = group.member(request.user.pk)
    if mine is None:
        raise Http404
    links = Invitation.objects.visible_to(request.user).filter(group=group).open().select_related("invited_by")
    bans = Ban.objects.visible_to(request.user).in_force().filter(group=group)
    ended = MembershipLogEntry.objects.moderated_by(request.user).filter(group=group)
    links, bans, ended, muted = fetched_together(
        links,
        bans.select_related("person", "banned_by"),
        ended.select_related("person", "removed_by")[:LATELY],
        Mute.objects.visible_to(request.user).values_list("muted", flat=True),
    )
    context = {
        "group": group,
        "rows": [(each, mine.can_remove(each), each.person_id in muted) for each in group.members],
        "mine": mine,
        "invitations": [(each, absolute_url(request, each.get_absolute_url())) for each in links],
        "form": form,
        "bans": bans,
        "membership_log": ended,
        "handle_form": handle_form or HandleForm(initial={"handle": mine.handle}),
        "roles": Membership.Role.choices,
    }
    return render(request, "groups/members/members.html", context, status=status)


@form_on("members")
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Set whether this group sees the user's reading."""
    mine = get_object_or_404(Membership, group=pk, person=request.user)
    form = HideReadingForm(request.POST)
    mine.hide_reading(form.is_valid() and form.cleaned_data["hides_reading"])
    hidden, shown = _("Your reading is now hidden from this group."), _("The group now sees your reading.")
    messages.success(request, hidden if mine.hides_reading else shown)
    return redirect("members", pk)


def page_of_role(request: HttpRequest, pk: int) -> str:
    """Return the address of the page on which this role is set. Raises Http404 if the user can't set it."""
    theirs = get_object_or_404(Membership.objects.role_changeable_by(request.user), pk=pk)
    return reverse("members", args=[theirs.group_id])


@form_on(page_of_role)
def set_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the role of another member, as the owner."""
    theirs = get_object_or_404(
        Membership.objects.role_changeable_by(request.user).select_related("person", "group"), pk=pk
    )
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the roles on this page."))
        return members_page(request, theirs.group, InvitationForm(), status=422)
    try:
        theirs.set_role(form.cleaned_data["role"], by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, str(refusal))
    else:
        moderator, member = _("%(name)s is now a moderator."), _("%(name)s is now a member.")
        messages.success(
            request, (moderator if theirs.is_moderator else member) % {"name": isolated(theirs.person.first_name)}
        )
    return redirect("members", theirs.group_id)


def transfer_ownership(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain what transferring ownership to this member means, and transfer it on POST."""
    memberships = Membership.objects.role_changeable_by(request.user).with_open_account()
    theirs = get_object_or_404(memberships.select_related("person", "group"), pk=pk)
    if request.method == "POST":
        try:
            theirs.group.transfer_ownership(theirs.person, by=request.user)
        except RuleViolation as refusal:
            messages.warning(request, str(refusal))
        else:
            transferred = _("%(name)s now owns the group. You are a moderator.")
            messages.success(request, transferred % {"name": isolated(theirs.person.first_name)})
        return redirect("members", theirs.group_id)
    return render(request, "groups/members/transfer_ownership.html", {"group": theirs.group, "theirs": theirs})

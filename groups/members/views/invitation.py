"""Invitation links: created and revoked by moderators, followed by visitors."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from groups.members.forms.invitation import InvitationForm
from groups.members.group import Group
from groups.members.invitation import Invitation, InvitationClosed
from groups.members.pending_invitation import forget, remember
from readlist_site.base.languages.formats import list_of_names
from readlist_site.base.sent_forms.sent_form import answered_once, record_sent
from readlist_site.base.web.form_address import form_on
from readlist_site.base.web.rate_limit_http import within_limit

from .membership import HideReadingForm, members_page

FACES = 5


@form_on("members")
@answered_once
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Create an invitation link."""
    group = get_object_or_404(Group.objects.invitable_by(request.user).select_related("list"), pk=pk)
    form = InvitationForm(request.POST)
    if not form.is_valid() or not within_limit(request, form, "invitation", "max_uses"):
        return members_page(request, group, form, status=422)
    with transaction.atomic():
        invitation = Invitation.objects.make(group, request.user, **form.cleaned_data)
        link = f"{reverse('members', args=[pk])}#invitation-{invitation.pk}"
        record_sent(request, link)
    return redirect(link)


def page_of_invitation(request: HttpRequest, pk: int) -> str:
    """Return the address of the page that lists this link. Raises Http404 if it isn't visible to the user."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    return f"{reverse('members', args=[invitation.group_id])}#invite"


@form_on(page_of_invitation)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke an invitation link."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    invitation.revoke()
    return redirect(f"{reverse('members', args=[invitation.group_id])}#invite")


@login_not_required
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the group and who invites to it, and join on POST. A visitor without an account is sent to sign up and
    returns here."""
    invitation = Invitation.objects.select_related("group__list", "invited_by").filter(token=token).first()
    if invitation and invitation.group.membership_of(request.user):
        return redirect(invitation.group)
    if not invitation or not Invitation.objects.open_to(request.user).filter(pk=invitation.pk).exists():
        return closed(request, invitation)
    if request.method == "POST":
        return enter(request, invitation) if request.user.is_authenticated else send_to_door(request, invitation)
    people = [each.person for each in invitation.group.members]
    named, others = [person.first_name for person in people[:FACES]], len(people[FACES:])
    if others:
        named.append(ngettext("%(number)s more", "%(number)s more", others) % {"number": others})
    context = {
        "invitation": invitation,
        "people": people[:FACES],
        "member_names": list_of_names(named),
        "count": len(people),
        "form": HideReadingForm(),
        # The page has its own sign-up button; the header's would lose the invitation.
        "signup_is_open": False,
    }
    return render(request, "groups/members/join.html", context)


def enter(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Join the group, hiding the user's reading if they chose so."""
    form = HideReadingForm(request.POST)
    try:
        invitation.accept(request.user, hides_reading=form.is_valid() and form.cleaned_data["hides_reading"])
    except InvitationClosed:
        return closed(request, invitation)
    forget(request)
    return redirect(invitation.group)


def send_to_door(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Redirect to sign-up or sign-in, which return to the invitation."""
    remember(request, invitation)
    door = "account_login" if "sign_in" in request.POST else "account_signup"
    return redirect(f"{reverse(door)}?next={invitation.get_absolute_url()}")


def closed(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Tell the visitor that the link can't be used (status 410) or doesn't exist (404). To who is banned the page says
    that they can't join, and neither which group it is nor why."""
    context = {"invitation": invitation, "over": invitation and invitation.expires_at <= timezone.now()}
    context["not_for_them"] = invitation and invitation.is_open
    return render(request, "groups/members/invitation_closed.html", context, status=410 if invitation else 404)

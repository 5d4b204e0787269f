"""The invitation link that a visitor followed, kept while they sign up: first in the session, then as a Guest."""

from django.http import HttpRequest

from .invitation import Guest, Invitation

KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Store the link in the session until the visitor has joined."""
    request.session[KEY] = invitation.token


def store(request: HttpRequest, person) -> None:
    """Store the link for a person who just signed up, because they may confirm or sign in on another device."""
    if invitation := remembered(request):
        Guest.objects.update_or_create(person=person, defaults={"invitation": invitation})


def forget(request: HttpRequest) -> None:
    """Delete the stored link, after the person has joined."""
    request.session.pop(KEY, None)
    Guest.objects.filter(person=request.user).delete()


def remembered(request: HttpRequest) -> Invitation | None:
    """Return the link that a visitor or user followed, if it is still open; otherwise None."""
    if token := request.session.get(KEY):
        return Invitation.objects.open().select_related("group").filter(token=token).first()
    return invited(request.user)


def invited(person) -> Invitation | None:
    """Return the link that a person signed up by, if they can still join by it; otherwise None."""
    if not person.is_authenticated:
        return None
    links = Invitation.objects.open_to(person).exclude(group__memberships__person=person)
    return links.select_related("group").filter(guests__person=person).first()


def url_for(person) -> str:
    """Return the address of the page of that link, or ""."""
    invitation = invited(person)
    return invitation.get_absolute_url() if invitation else ""


def allows_signup(request: HttpRequest) -> bool:
    """Return whether a visitor may sign up because they have an open invitation link."""
    return remembered(request) is not None

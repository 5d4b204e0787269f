"""The link that brought somebody here, kept while they sign up: with the visitor, then with the person."""

from django.http import HttpRequest

from .invitation import Guest, Invitation

KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep the link with the visitor, through sign-up or sign-in, until they have joined."""
    request.session[KEY] = invitation.token


def store(request: HttpRequest, person) -> None:
    """Somebody has just signed up: keep the link with them, should they confirm or sign in on another device."""
    if invitation := remembered(request):
        Guest.objects.update_or_create(person=person, defaults={"invitation": invitation})


def forget(request: HttpRequest) -> None:
    """The link has done its work."""
    request.session.pop(KEY, None)
    Guest.objects.filter(person=request.user).delete()


def remembered(request: HttpRequest) -> Invitation | None:
    """The link that a visitor came by, if it still lets people in."""
    if token := request.session.get(KEY):
        return Invitation.objects.open().select_related("group").filter(token=token).first()
    return invited(request.user)


def invited(person) -> Invitation | None:
    """The link that a person signed up by, as long as they can still join by it."""
    if not person.is_authenticated:
        return None
    links = Invitation.objects.open_to(person).exclude(group__memberships__person=person)
    return links.select_related("group").filter(guests__person=person).first()


def url_for(person) -> str:
    """The address of the page behind that link; nothing where there is none."""
    invitation = invited(person)
    return invitation.get_absolute_url() if invitation else ""


def allows_signup(request: HttpRequest) -> bool:
    """Whether a visitor may sign up because a group invites them."""
    return remembered(request) is not None

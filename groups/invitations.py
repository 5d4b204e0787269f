"""The link that brought somebody here, kept while they sign up."""

from django.http import HttpRequest

from groups.models import Invitation

KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep the link with the visitor, through sign-up or sign-in, until they have joined."""
    request.session[KEY] = invitation.token


def forget(request: HttpRequest) -> None:
    """The link has done its work."""
    request.session.pop(KEY, None)


def remembered(request: HttpRequest) -> Invitation | None:
    """The link that a visitor came by, if it still lets people in."""
    token = request.session.get(KEY)
    return Invitation.objects.open().select_related("group").filter(token=token).first() if token else None


def lets_in(request: HttpRequest) -> bool:
    """Whether a visitor may sign up because a group invites them."""
    return remembered(request) is not None

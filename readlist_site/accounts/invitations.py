"""Who may sign up.

Where `settings.SIGNUP` is "open", anyone. Where it is "invitation", only who came by a group's open invitation link.

People know nothing of groups, so the question goes to the function that `settings.INVITATION_CHECK` names by its dotted
path: it takes the request and says whether this visitor's invitation still holds. In Readlist it is
`groups.invitations.lets_in`. The page of a link keeps its token in `request.session["invitation"]` and sends the
visitor to sign-up or sign-in with `next` leading back. `next` survives sign-up, sign-in and the confirming of the
address, in another browser too (it rides on the link in the mail): the way ends at the group's door, where it began.

Where `next` is lost (signing in anew on another device), the group's door is still known: whoever signs up is handed to
`settings.INVITATION_KEEPER`, and `settings.INVITATION_PAGE` says where they are invited to.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def may_sign_up(request: HttpRequest) -> bool:
    """Whether this visitor may make an account."""
    return settings.SIGNUP == "open" or import_string(settings.INVITATION_CHECK)(request)


def keep_invitation(request: HttpRequest, person) -> None:
    """Remember of a person who has just signed up by which invitation they came."""
    import_string(settings.INVITATION_KEEPER)(request, person)


def invited_to(person) -> str:
    """The page of the invitation that a person has not followed to its end; nothing where there is none."""
    return import_string(settings.INVITATION_PAGE)(person)

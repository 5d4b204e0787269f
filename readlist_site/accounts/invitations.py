"""Who may sign up.

Where `settings.SIGNUP` is "open", anyone. Where it is "invitation", only who came by a group's open invitation link.

People know nothing of groups, so the question goes to the function that `settings.INVITATION_CHECK` names by its dotted
path: it takes the request and says whether this visitor's invitation still holds. In Readlist it is
`groups.invitations.lets_in`. The page of a link keeps its token in `request.session["invitation"]` and sends the
visitor to sign-up or sign-in with `next` leading back. `next` survives sign-up, sign-in and the confirming of the
address, in another browser too (it rides on the link in the mail): the way ends at the group's door, where it began.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def may_sign_up(request: HttpRequest) -> bool:
    """Whether this visitor may make an account."""
    return settings.SIGNUP == "open" or import_string(settings.INVITATION_CHECK)(request)

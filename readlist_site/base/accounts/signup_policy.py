"""Who may sign up.

Where `settings.SIGNUP` is "open", anyone. Where it is "invitation", only who came by a group's open invitation link.

Accounts don't import groups: `groups.members.pending_invitation` is registered here when the apps are ready. The page
of a link keeps its token in `request.session["invitation"]` and sends the visitor to sign-up or sign-in with `next`
leading back. That survives sign-up, sign-in and the confirming of the address, in another browser too, since it is
part of the link in the mail. Where it is lost (signing in on another device), the invitation that was kept with the
person leads to its page.
"""

from typing import Protocol

from django.conf import settings
from django.http import HttpRequest


class Invitations(Protocol):
    """What accounts ask of the app that invites people."""

    def lets_in(self, request: HttpRequest) -> bool:
        """Whether this visitor came by an invitation that is still open."""

    def keep(self, request: HttpRequest, person) -> None:
        """Store with a person who has just signed up by which invitation they came."""

    def page_for(self, person) -> str:
        """The page of the invitation that a person has not accepted yet; "" where there is none."""


_invitations: Invitations | None = None


def register_invitations(invitations: Invitations) -> None:
    """Ask these from now on."""
    global _invitations
    _invitations = invitations


def can_sign_up(request: HttpRequest) -> bool:
    """Whether this visitor may make an account."""
    return settings.SIGNUP == "open" or _invitations.lets_in(request)


def store_invitation(request: HttpRequest, person) -> None:
    """Store with a person who has just signed up by which invitation they came."""
    _invitations.keep(request, person)


def pending_invitation_url(person) -> str:
    """The page of the invitation that a person has not accepted yet; "" where there is none."""
    return _invitations.page_for(person)

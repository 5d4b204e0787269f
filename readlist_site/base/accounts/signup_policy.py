"""Decides who may sign up: anyone if `settings.SIGNUP` is "open"; if it is "invitation", only visitors with an open
invitation link of a group.

Accounts don't import groups: `groups.members.pending_invitation` is registered here when the apps are ready. The page
of an invitation link stores its token in `request.session["invitation"]` and sends the visitor to sign-up or login with
a `next` URL, which is also part of the confirmation link in the e-mail, so that it works in another browser. If it is
lost, as after login on another device, the invitation stored with the person leads to the page."""

from typing import Protocol

from django.conf import settings
from django.http import HttpRequest


class Invitations(Protocol):
    """The interface of the app that handles invitations."""

    def allows_signup(self, request: HttpRequest) -> bool:
        """Returns whether this visitor came by an invitation that is still open."""

    def store(self, request: HttpRequest, person) -> None:
        """Stores the visitor's invitation with the person who has just signed up."""

    def url_for(self, person) -> str:
        """Returns the URL of the invitation that a person hasn't accepted yet; "" if there is none."""


_invitations: Invitations | None = None


def register_invitations(invitations: Invitations) -> None:
    """Sets the implementation of invitations."""
    global _invitations
    _invitations = invitations


def can_sign_up(request: HttpRequest) -> bool:
    """Returns whether this visitor may create an account."""
    return settings.SIGNUP == "open" or _invitations.allows_signup(request)


def store_invitation(request: HttpRequest, person) -> None:
    """Stores the visitor's invitation with the person who has just signed up."""
    _invitations.store(request, person)


def pending_invitation_url(person) -> str:
    """Returns the URL of the invitation that a person hasn't accepted yet; "" if there is none."""
    return _invitations.url_for(person)

"""An instance with real mail, and ways through the doors."""

import re

import pytest

from tests.factories import PASSWORD


@pytest.fixture
def by_invitation(settings, monkeypatch):
    """As when hosted: sign-up is for who brings an invitation; here a session that says so."""
    settings.SIGNUP = "invitation"
    monkeypatch.setattr("groups.members.pending_invitation.allows_signup", holds_invitation)


def holds_invitation(request) -> bool:
    return request.session.get("invitation") == "open"


@pytest.fixture
def sign_up(client):
    """A function: fill in the sign-up form."""

    def send(query: str = "", **changes):
        data = {"display_name": "Priya Raman", "email": "priya@example.org", "password1": PASSWORD} | changes
        return client.post(f"/accounts/signup/{query}", data)

    return send


@pytest.fixture
def link_in(mailoutbox):
    """A function: the link in the last mail, without its host."""

    def find() -> str:
        return re.search(r"https?://[^/\s]+(/\S+)", mailoutbox[-1].body)[1]

    return find

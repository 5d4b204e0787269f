"""Signing up by GitHub, which is far away: its answers are read from here."""

import re

import pytest
from allauth.socialaccount.models import SocialAccount
from pytest_django.asserts import assertContains, assertRedirects
from requests import Session

from readlist_site.base.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# What GitHub's documentation shows of each address, shortened.
ANSWERS = {
    "https://github.com/login/oauth/access_token": {"access_token": "gho_x", "token_type": "bearer"},
    "https://api.github.com/user": {"login": "noor", "id": 7, "name": "Noor Aziz", "email": None, "bio": "Private."},
    "https://api.github.com/user/emails": [
        {"email": "noor@work.example", "verified": False, "primary": False},
        {"email": "Noor@home.example", "verified": True, "primary": True},
    ],
}


class Answer:
    status_code, headers = 200, {"content-type": "application/json"}

    def __init__(self, found) -> None:
        self.found, self.text, self.content = found, "", b""

    def json(self):
        return self.found

    def raise_for_status(self) -> None:
        pass


@pytest.fixture
def github(settings, monkeypatch) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {"APPS": [{"client_id": "Iv1.x", "secret": "y"}]}}
    monkeypatch.setattr(Session, "request", lambda self, method, url, **rest: Answer(ANSWERS[url]))


def test_signing_up_by_github_takes_the_address_that_is_first_and_confirmed_there(client, github, real_mail):
    page = client.post("/accounts/github/login/")
    assertContains(page, "https://github.com/login/oauth/authorize?client_id=Iv1.x")
    state = re.search(r"state=(\w+)", page.context["url"])[1]
    assertRedirects(client.get(f"/accounts/github/login/callback/?code=x&state={state}"), "/accounts/connected/signup/")
    data = {"display_name": "Noor Aziz", "email": "noor@home.example"}
    assertContains(client.get("/accounts/connected/signup/"), 'value="noor@home.example"')
    assertRedirects(client.post("/accounts/connected/signup/", data), "/")
    noor = User.objects.get()
    assert [(each.email, each.verified) for each in noor.emailaddress_set.all()] == [("noor@home.example", True)]
    assert SocialAccount.objects.get().extra_data == {"login": "noor", "name": "Noor Aziz"}

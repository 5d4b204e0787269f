"""A provider of accounts elsewhere, on this machine."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
from django.test import Client

from readlist_site.base.accounts.interrupted_form import FIELD
from tests.instance import free_port

CLIENT, SECRET = "readlist", "a secret between two sites"
CALLBACK = "http://testserver/accounts/oidc/login/callback/"


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("identity_provider.py")
    command = [sys.executable, str(script), str(port), CALLBACK, CLIENT, SECRET]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == f"Listening on {port}\n"
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        process.communicate()


def app_at(url: str) -> dict:
    """The setting, as it is made of the environment."""
    app = {"provider_id": "oidc", "name": "Example University", "client_id": CLIENT, "secret": SECRET}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": url}}]}}


@pytest.fixture
def provider(settings, provider_url) -> str:
    settings.SOCIALACCOUNT_PROVIDERS = app_at(provider_url)
    return provider_url


@pytest.fixture
def come_from(client, provider) -> Callable:
    """A function: go to the provider, be signed in there as this person, and come back. Gives our last answer."""

    def come(
        email: str,
        *,
        verified: bool = True,
        name: str = "Noor Aziz",
        query: str = "",
        by: Client | None = None,
        carried: str = "",
    ):
        browser = by or client
        page = browser.post(f"/accounts/oidc/login/{query}", {FIELD: carried} if carried else {})
        assert page.status_code == 200, "a form can't lead to another host"
        cookie = quote(json.dumps({"email": email, "verified": verified, "name": name}))
        answer = requests.get(page.context["url"], cookies={"person": cookie}, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        assert back.path == "/accounts/oidc/login/callback/"
        return browser.get(f"{back.path}?{back.query}")

    return come

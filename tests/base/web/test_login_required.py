"""Where one who must sign in first comes back to."""

from urllib.parse import quote

import pytest
from django.urls import reverse

HERE = "http://testserver"
FORM = "/topics/1/summary/submission/"


def asked(client, method="post", path=FORM, **headers) -> str:
    """The address that asks for signing in."""
    answer = getattr(client, method)(path, headers=headers)
    return answer.headers.get("Location") or answer.headers["HX-Redirect"]


def login(page: str) -> str:
    return f"{reverse('account_login')}?next={quote(page, safe='/')}"


@pytest.mark.usefixtures("db")
def test_who_sent_a_form_comes_back_to_the_page_it_stood_on(client):
    assert asked(client, Referer=f"{HERE}/topics/1/summary/?a=b") == login("/topics/1/summary/?a=b")
    htmx = {"HX-Request": "true", "Referer": f"{HERE}/threads/3/"}
    assert asked(client, **htmx) == login("/threads/3/")
    assert asked(client, "get", "/threads/3/posts/", **htmx) == login("/threads/3/")


@pytest.mark.usefixtures("db")
def test_who_opened_a_page_comes_to_that_page(client):
    assert asked(client, "get", "/settings/", Referer=f"{HERE}/list/") == login("/settings/")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/", "//evil.example", "http://[", "nonsense", f"{HERE}.evil.example/"]
)
def test_nobody_is_led_to_another_site(client, referer):
    assert asked(client, Referer=referer) == login(FORM)
